// The sample app's probe: its page, its walk, and the tabs that stay at the identity server.
import { expect, type Locator, type Page } from '@playwright/test'
import type { Gatehouse } from '../gatehouse.ts'
import { signInToConsole } from './console.ts'
import { button, field, link, openSection, save } from './pages.ts'
import { openSaml, openServiceProvider } from './service-provider.ts'
import { applicationName } from './set-up.ts'
import { codeField, enterCode, enterPassword } from './sign-in.ts'
import type { Inbox } from './sms.ts'
import { openProfile } from './users.ts'

export type Verdict = 'Not run' | 'Under way' | 'Passed' | 'Failed' | 'Needs you'

/** What opens in a tab of its own and should end on a page of the identity server. */
export const refusals = [
  'Redirect, unsigned',
  'POST, unsigned',
  'Wrong signature',
  'Wrong assertion consumer',
  'Wrong Destination',
  'An old request',
  'A request from the future',
  'The same request again',
  'Logout with a wrong NameID',
]

export async function openProbe(page: Page, gatehouse: Gatehouse): Promise<void> {
  await page.goto(`${gatehouse.sample}/`)
  await link(page, 'Check this setup').click()
  await expect(page.getByRole('heading', { level: 1, name: 'Check this setup' })).toBeVisible()
}

export const row = (page: Page, scenario: string): Locator =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader').getByText(scenario, { exact: true }) })

/** Every scenario's verdict, as the page has it now. */
export async function verdicts(page: Page): Promise<Record<string, string>> {
  const rows = await page.locator('table.probe tbody tr').all()
  const found = await Promise.all(
    rows.map(async (one) => [await one.locator('th strong').innerText(), await one.locator('.tag').innerText()] as const),
  )
  return Object.fromEntries(found)
}

export async function expectVerdict(page: Page, scenario: string, verdict: Verdict, words?: RegExp): Promise<void> {
  await expect(row(page, scenario).locator('.tag')).toHaveText(verdict)
  if (words) await expect(row(page, scenario)).toContainText(words)
}

/**
 * Follows the browser until the probe's page is back: signs in where that is asked, and presses the buttons of pages that
 * go on by themselves only where scripts run. Returns how many times the password was asked for.
 */
export async function follow(page: Page, inbox: Inbox): Promise<number> {
  const password = field(page, 'Username')
  const onward = page.getByRole('button', { name: /^(Go on|Continue)$/ })
  const home = page.getByRole('heading', { level: 1, name: 'Check this setup' })
  let asked = 0
  for (;;) {
    await expect(home.or(password).or(codeField(page)).or(onward).first()).toBeVisible()
    if (await home.isVisible()) return asked
    if (await password.isVisible()) {
      asked += 1
      await enterPassword(page)
    } else if (await codeField(page).isVisible()) {
      await enterCode(page, await inbox.next())
    } else {
      // Where scripts run, the page may be gone before it is pressed.
      await onward.first().click({ timeout: 1_000 }).catch(() => undefined)
    }
  }
}

/** Opens a refusal in its tab, waits there for a case number, and closes the tab. */
export async function refuse(page: Page, scenario: string): Promise<void> {
  const tab = page.context().waitForEvent('page')
  await button(page, `Run: ${scenario}`).click()
  const other = await tab
  await expect(other.getByText(/case( number)?\W+[\w-]{4,}/i).first(), scenario).toBeVisible()
  await other.close()
}

/** Opens a scenario in its tab, and waits there until it has led back to the probe's page. */
export async function comeBack(page: Page, inbox: Inbox, scenario: string): Promise<void> {
  const tab = page.context().waitForEvent('page')
  await button(page, `Run: ${scenario}`).click()
  const other = await tab
  await follow(other, inbox)
  await other.close()
}

/** The probe's page once no visit is under way any more. */
export async function lookAgain(page: Page, gatehouse: Gatehouse): Promise<void> {
  await expect(async () => {
    await page.goto(`${gatehouse.sample}/probe`)
    await expect(page.locator('.tag').filter({ hasText: 'Under way' })).toHaveCount(0, { timeout: 100 })
  }).toPass({ timeout: 15_000 })
}

/** The person has an e-mail address, and it is what the application calls them by. */
export async function nameByEmail(page: Page, gatehouse: Gatehouse): Promise<void> {
  await signInToConsole(page, gatehouse)
  await openProfile(page, gatehouse, 'admin')
  await field(page, 'Email').fill('admin@example.org')
  await save(page, 'Update')
  await openServiceProvider(page, gatehouse, applicationName)
  await openSection(page, 'Claim Configuration')
  await field(page, 'Subject Claim URI').selectOption({ label: 'http://wso2.org/claims/emailaddress' })
  await save(page, 'Update')
}

/** The first certificate of this metadata, PEM. */
export async function certificateIn(address: string): Promise<string> {
  const metadata = await (await fetch(address)).text()
  const base64 = metadata.match(/<(?:\w+:)?X509Certificate[^>]*>([^<]+)</)?.[1]
  if (base64 === undefined) throw new Error('the metadata holds no certificate')
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/\s/g, '').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}

/** Registers a certificate for the sample app, its own by default, and ticks these boxes; the console is open. */
export async function registerCertificate(
  page: Page,
  gatehouse: Gatehouse,
  { boxes = [], metadata = `${gatehouse.sample}/saml/metadata` }: { boxes?: string[]; metadata?: string },
): Promise<void> {
  await openServiceProvider(page, gatehouse, applicationName)
  await openSaml(page)
  await openSection(page, 'Certificate')
  await field(page, 'Certificate').fill(await certificateIn(metadata))
  for (const box of boxes) await field(page, box).check()
  await save(page, 'Update')
}
