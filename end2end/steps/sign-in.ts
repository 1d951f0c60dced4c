// Signing in to an application: the sample app's page, the password, the code, and back.
import { expect, type Locator, type Page } from '@playwright/test'
import { adminPassword, type Gatehouse } from '../gatehouse.ts'
import { action, button, field, submit } from './pages.ts'
import type { Inbox } from './sms.ts'

export const codeLabel = 'Enter the code sent to your mobile phone'
export const codeField = (page: Page): Locator => field(page, codeLabel)
export const loggedIn = (page: Page, username = 'admin'): Locator => page.getByText(`You are logged in as ${username}`)
export const logIn = (page: Page): Locator => action(page, 'Log in with SAML')
export const logInByPost = (page: Page): Locator => action(page, 'Log in with SAML (POST)')

/** The page of a step that can be passed in several ways. */
export const choice = (page: Page): Locator => page.getByRole('heading', { level: 1, name: 'Choose how to go on' })

/** Waits for `destination`; a page that posts itself has, without scripts, a button that is pressed on the way. */
export async function arrive(page: Page, destination: Locator): Promise<void> {
  const onward = page.getByRole('button', { name: /^Continue/ })
  await expect(destination.or(onward).first()).toBeVisible()
  if (await onward.isVisible()) await onward.click()
  await expect(destination.first()).toBeVisible()
}

export async function startAt(page: Page, sample: string, press: (page: Page) => Locator = logIn): Promise<void> {
  await page.goto(`${sample}/`)
  await press(page).click()
  await arrive(page, field(page, 'Username'))
}

export async function enterPassword(page: Page, { username = 'admin', password = adminPassword } = {}): Promise<void> {
  await field(page, 'Username').fill(username)
  await field(page, 'Password').fill(password)
  await submit(page, button(page, 'Sign In'))
}

export async function enterCode(page: Page, code: string): Promise<void> {
  await codeField(page).fill(code)
  await submit(page, button(page, 'Authenticate'))
}

/** From the sample app to the page that asks for the code; returns the code that arrived. */
export async function toCodePage(page: Page, gatehouse: Gatehouse, inbox: Inbox): Promise<string> {
  await startAt(page, gatehouse.sample)
  await enterPassword(page)
  await expect(codeField(page)).toBeVisible()
  return inbox.next()
}

export async function signIn(page: Page, gatehouse: Gatehouse, inbox: Inbox): Promise<void> {
  const code = await toCodePage(page, gatehouse, inbox)
  await enterCode(page, code)
  await arrive(page, loggedIn(page))
}

export async function logOut(page: Page): Promise<void> {
  await action(page, 'Logout').click()
  await arrive(page, logIn(page))
}
