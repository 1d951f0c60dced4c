// Service providers: registered, configured for SAML, given claims and steps.
import { expect, type Locator, type Page } from '@playwright/test'
import type { Gatehouse } from '../gatehouse.ts'
import { action, button, emptyRow, field, follow, link, open, openSection, save, settled, submit } from './pages.ts'

export const mobileClaim = 'http://wso2.org/claims/mobile'

/** The boxes that the tutorial ticks. */
export const tutorialBoxes = [
  'Enable Response Signing',
  'Enable Single Logout',
  'Enable Attribute Profile',
  'Include Attributes in the Response Always',
]

export async function newServiceProvider(page: Page, gatehouse: Gatehouse): Promise<void> {
  await open(page, `${gatehouse.url}/console/service-providers`)
  await follow(page, link(page, 'Add Service Provider').first())
  await expect(field(page, 'Service Provider Name')).toBeVisible()
}

/** Adds one and ends on its own page, whose address it returns. */
export async function addServiceProvider(page: Page, gatehouse: Gatehouse, name: string): Promise<string> {
  await newServiceProvider(page, gatehouse)
  await field(page, 'Service Provider Name').fill(name)
  await save(page, 'Register')
  await expect(page).toHaveURL(/\/console\/service-providers\/(?!new)[^/?]+(\?.*)?$/)
  return page.url().replace(/[?#].*/, '')
}

export async function openServiceProvider(page: Page, gatehouse: Gatehouse, name: string): Promise<string> {
  await open(page, `${gatehouse.url}/console/service-providers`)
  await follow(page, page.getByRole('main').getByRole('link', { name, exact: true }).first())
  await expect(field(page, 'Service Provider Name')).toHaveValue(name)
  return page.url().replace(/[?#].*/, '')
}

/** From the service provider's page to its SAML settings. */
export async function openSaml(page: Page): Promise<void> {
  await openSection(page, 'Inbound Authentication Configuration')
  const configure = action(page, 'Configure').or(page.getByRole('main').getByRole('link', { name: 'Edit', exact: true }))
  if (!(await configure.first().isVisible())) await openSection(page, 'SAML2 Web SSO Configuration')
  await follow(page, configure.first())
  await expect(field(page, 'Issuer')).toBeVisible()
}

/** The rows of *Assertion Consumer URLs*: the first bears the label, the others say that they are further ones. */
export const consumerUrls = (page: Page): Locator =>
  page.getByRole('textbox', { name: /^(Assertion Consumer URLs|Another consumer URL \d+)$/ })

export async function addConsumerUrl(page: Page, address: string): Promise<void> {
  const add = page.getByRole('button', { name: /^Add (Assertion Consumer )?URL$/ })
  await (await emptyRow(consumerUrls(page), add)).fill(address)
}

/** What the SAML settings are to be. `fields` and `choices` are by label. */
export type SamlSettings = {
  issuer: string
  consumers: string[]
  boxes?: string[]
  fields?: Record<string, string>
  choices?: Record<string, string>
}

/** Fills in the SAML settings and saves; ends on the service provider's page. */
export async function registerSaml(
  page: Page,
  { issuer, consumers, boxes = tutorialBoxes, fields = {}, choices = {} }: SamlSettings,
): Promise<void> {
  await openSaml(page)
  await field(page, 'Issuer').fill(issuer)
  for (const address of consumers) await addConsumerUrl(page, address)
  for (const box of boxes) await field(page, box).check()
  for (const [label, text] of Object.entries(fields)) await field(page, label).fill(text)
  for (const [label, choice] of Object.entries(choices)) await field(page, label).selectOption({ label: choice })
  await save(page, 'Register')
  await expect(field(page, 'Service Provider Name')).toBeVisible()
}

/** The row of a claim that is asked for, by its place from 1. */
export const claimRow = (page: Page, place: number): Locator =>
  page.getByRole('group', { name: `Requested claim ${place}`, exact: true })

export async function addClaim(page: Page, claim: string): Promise<void> {
  await openSection(page, 'Claim Configuration')
  const row = await emptyRow(field(page, 'Local Claim'), button(page, 'Add Claim URI'))
  await row.selectOption({ label: claim })
}

export const step = (page: Page, number: number) =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: `Step ${number}`, exact: true }) }).last()

export async function openSteps(page: Page): Promise<void> {
  await openSection(page, 'Local & Outbound Authentication Configuration')
  await follow(page, page.getByRole('link', { name: /authentication steps/i }).first())
  await expect(step(page, 1)).toBeVisible()
}

/** Puts one more identity provider into a step: it is the user's choice then. The page shows the steps again. */
export async function addAuthenticator(page: Page, number: number, identityProvider: string): Promise<void> {
  await field(step(page, number), 'Federated Authenticators').selectOption({ label: identityProvider })
  await submit(page, button(step(page, number), 'Add Authenticator').last())
  await expect(page.getByRole('list', { name: `Authenticators of step ${number}` })).toContainText(identityProvider)
  await settled(page)
}

/** Adds a step with this identity provider after the last one and saves; ends on the service provider's page. */
export async function addSmsStep(page: Page, identityProvider: string): Promise<void> {
  await openSteps(page)
  await expect(field(step(page, 1), 'Local Authenticators')).toBeVisible()
  // Without scripts the list of steps already ends in empty ones.
  if (!(await step(page, 2).isVisible())) await button(page, 'Add Authentication Step').click()
  const second = step(page, 2)
  await field(second, 'Federated Authenticators').selectOption({ label: identityProvider })
  const add = button(second, 'Add Authenticator')
  if ((await add.count()) > 0) await add.last().click()
  await save(page, 'Update')
  await expect(field(page, 'Service Provider Name')).toBeVisible()
}
