// Identity providers with an SMSOTP authenticator.
import { expect, type Page } from '@playwright/test'
import type { Gatehouse } from '../gatehouse.ts'
import { button, field, follow, link, open, openSection, save } from './pages.ts'

export type Sms = { url: string; method: 'GET' | 'POST' | 'PUT'; headers?: string; payload?: string }

/** The tutorial's first example: everything in the URL. */
export const nexmo = (gatehouse: Gatehouse): Sms => ({
  url: `${gatehouse.sample}/sms/nexmo/json?api_key=k&api_secret=s&from=NEXMO&to=&num&text=&msg`,
  method: 'GET',
})

/** The tutorial's second example, character for character, typographic quotes included. */
export const clickatell = (gatehouse: Gatehouse): Sms => ({
  url: `${gatehouse.sample}/sms/clickatell/rest/message`,
  method: 'POST',
  headers: 'X-Version: 1,Authorization: bearer ********,Accept: application/json,Content-Type: application/json',
  payload: '{“text”:”&msg“,”to”:[“&num“]}',
})

export async function openSmsSettings(page: Page): Promise<void> {
  await openSection(page, 'Federated Authenticators')
  await openSection(page, 'SMSOTP Configuration')
  await expect(field(page, 'SMS URL')).toBeVisible()
}

/** Headers are rows where scripts run; as text they can be typed as the provider's documents give them. */
export async function fillHeaders(page: Page, headers: string): Promise<void> {
  const text = page.getByRole('textbox', { name: 'HTTP Headers', exact: true })
  const asText = button(page, 'Edit as text')
  await expect(text.or(asText).first()).toBeVisible()
  if (!(await text.isVisible())) await asText.click()
  await text.fill(headers)
}

export async function fillSms(page: Page, sms: Sms): Promise<void> {
  await openSmsSettings(page)
  await field(page, 'Enable SMSOTP Authenticator').check()
  await field(page, 'Default').check()
  await field(page, 'SMS URL').fill(sms.url)
  await field(page, 'HTTP Method').selectOption({ label: sms.method })
  if (sms.headers !== undefined) await fillHeaders(page, sms.headers)
  if (sms.payload !== undefined) await field(page, 'HTTP Payload').fill(sms.payload)
}

export async function newIdentityProvider(page: Page, gatehouse: Gatehouse): Promise<void> {
  await open(page, `${gatehouse.url}/console/identity-providers`)
  await follow(page, link(page, 'Add Identity Provider').first())
  await expect(field(page, 'Identity Provider Name')).toBeVisible()
}

/** Adds one and ends on its own page. */
export async function addIdentityProvider(page: Page, gatehouse: Gatehouse, name: string, sms: Sms): Promise<void> {
  await newIdentityProvider(page, gatehouse)
  await field(page, 'Identity Provider Name').fill(name)
  await fillSms(page, sms)
  await save(page, 'Register')
  await expect(page).toHaveURL(/\/console\/identity-providers\/(?!new)[^/?]+(\?.*)?$/)
}

export async function openIdentityProvider(page: Page, gatehouse: Gatehouse, name: string): Promise<void> {
  await open(page, `${gatehouse.url}/console/identity-providers`)
  await follow(page, page.getByRole('main').getByRole('link', { name, exact: true }).first())
  await expect(field(page, 'Identity Provider Name')).toHaveValue(name)
}

/** Changes settings of the code policy, by label. */
export async function setPolicy(page: Page, gatehouse: Gatehouse, name: string, policy: Record<string, string>): Promise<void> {
  await openIdentityProvider(page, gatehouse, name)
  await openSmsSettings(page)
  for (const [label, value] of Object.entries(policy)) {
    if (!(await field(page, label).isVisible())) await openSection(page, 'Code policy')
    await field(page, label).fill(value)
  }
  await save(page, 'Update')
}
