// How every page is read and worked: by the labels and roles of the contract, never by class or structure.
import { expect, type Locator, type Page } from '@playwright/test'

export type Scope = Page | Locator

export const field = (scope: Scope, label: string): Locator => scope.getByLabel(label, { exact: true })
export const button = (scope: Scope, name: string): Locator => scope.getByRole('button', { name, exact: true })
export const link = (scope: Scope, name: string): Locator => scope.getByRole('link', { name, exact: true })
/** Something to press, whichever way it is made. */
export const action = (scope: Scope, name: string): Locator => link(scope, name).or(button(scope, name))

const spoken = (scope: Scope, role: 'alert' | 'status') => scope.getByRole(role).filter({ hasText: /\S/ }).first()
export const alert = (scope: Scope): Locator => spoken(scope, 'alert')
export const status = (scope: Scope): Locator => spoken(scope, 'status')

/** Whether the page is there and its islands answer, if it has any and scripts run. */
const answers = () =>
  document.readyState === 'complete' &&
  (document.documentElement.hasAttribute('data-hydrated') ||
    document.querySelector('leptos-island') === null ||
    !matchMedia('(scripting: enabled)').matches)

/** Waits until the page is there and answers; where its islands never will, for want of their file, until nothing loads. */
export async function settled(page: Page): Promise<void> {
  const answering = page.waitForFunction(answers)
  // If it is not what ends the waiting, what becomes of it does not matter.
  answering.catch(() => undefined)
  await Promise.race([answering, page.waitForLoadState('networkidle')])
}

export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await settled(page)
}

export async function follow(page: Page, control: Locator): Promise<void> {
  await control.click()
  await settled(page)
}

/** Opens the section with this title, if it is one that opens. */
export async function openSection(page: Page, title: string): Promise<void> {
  const summary = page.locator('summary').filter({ has: page.getByRole('heading', { name: title, exact: true }) }).first()
  if ((await summary.count()) === 0) return
  const card = summary.locator('xpath=..')
  if ((await card.getAttribute('open')) === null) await summary.click()
}

/** The first control of a list of rows that holds nothing yet; `add` is pressed when there is none. */
export async function emptyRow(controls: Locator, add: Locator): Promise<Locator> {
  const find = async () => {
    for (const control of await controls.all()) {
      if ((await control.isVisible()) && (await control.inputValue()) === '') return control
    }
    return undefined
  }
  const empty = await find()
  if (empty) return empty
  const before = await controls.count()
  await add.click()
  await expect(controls).not.toHaveCount(before)
  return (await find()) ?? controls.last()
}

/** Sends a form and waits for its answer, which is a new page or a change of this one. */
export async function submit(page: Page, control: Locator): Promise<void> {
  const answered = page.waitForResponse((response) => response.request().method() === 'POST')
  // Only awaited when there is a new page; else it ends by itself, unheard.
  const loaded = page.waitForEvent('domcontentloaded').catch(() => undefined)
  await control.click()
  if ((await answered).request().isNavigationRequest()) await loaded
}

/** Sends the form and waits for the page that says it went well. */
export async function save(page: Page, name: 'Register' | 'Update' | 'Change'): Promise<void> {
  await submit(page, button(page, name))
  await expect(status(page).or(alert(page)).first()).toBeVisible()
  await expect(alert(page), 'the form was refused').toHaveCount(0)
  await settled(page)
}

/** Expects that the control with this label is marked as wrong and that its own message says why. */
export async function expectProblem(page: Page, label: string, words: RegExp): Promise<void> {
  const control = field(page, label).first()
  await expect(control, `${label} is marked`).toHaveAttribute('aria-invalid', 'true')
  const message = await control.evaluate((element) =>
    ['aria-errormessage', 'aria-describedby']
      .flatMap((name) => (element.getAttribute(name) ?? '').split(/\s+/))
      .map((id) => (id ? (document.getElementById(id)?.textContent ?? '') : ''))
      .join(' '),
  )
  expect(message, `what ${label} says`).toMatch(words)
}
