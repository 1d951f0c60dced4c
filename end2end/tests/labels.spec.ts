// The contract of names: each label of product.md section 4 that this page has is the accessible name of one control.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import { goBy, signInToConsole } from '../steps/console.ts'
import { openIdentityProvider, openSmsSettings } from '../steps/identity-provider.ts'
import { button, field, link, open, openSection } from '../steps/pages.ts'
import { openSaml, openServiceProvider, openSteps, step } from '../steps/service-provider.ts'
import { applicationName, providerName } from '../steps/set-up.ts'
import { openProfile } from '../steps/users.ts'

async function expectLabels(page: Page, labels: string[]) {
  for (const label of labels) await expect.soft(field(page, label), label).toHaveCount(1)
}

test('the navigation', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  for (const [title, ...way] of [
    ['Identity Providers', 'Identity Providers'],
    ['Resident Identity Provider', 'Identity Providers', 'Resident'],
    ['Service Providers', 'Service Providers'],
    ['Users', 'Users and Roles', 'Users'],
    ['Roles', 'Users and Roles', 'Roles'],
    ['Claims', 'Claims'],
    ['SMS Deliveries', 'SMS Deliveries'],
    ['Sign-ins', 'Sign-ins'],
    ['Audit Log', 'Audit Log'],
  ] as const) {
    await goBy(page, ...way)
    await expect(page.getByRole('heading', { level: 1, name: title, exact: true })).toBeVisible()
    await expect(page.getByRole('navigation').locator('[aria-current="page"]').first()).toBeVisible()
  }
})

test('an identity provider', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await openIdentityProvider(page, ready, providerName)
  await openSmsSettings(page)
  await openSection(page, 'Basic Information')
  await expectLabels(page, [
    'Identity Provider Name', 'Display Name', 'Description', 'Enable SMSOTP Authenticator', 'Default', 'SMS URL', 'HTTP Method',
    'HTTP Payload', 'HTTP Response Code', 'Message', 'Provider presets',
    'Code length', 'Code characters', 'Code lifetime (minutes)', 'Wrong codes allowed', 'Resend wait (seconds)', 'Codes per sign-in',
    'Codes per hour', 'Codes per day', 'Daily budget', 'Allowed countries',
  ])
  expect(await field(page, 'HTTP Method').locator('option').allTextContents()).toEqual(['GET', 'POST', 'PUT'])
  await expect(button(page, 'Update')).toBeVisible()
  await expect(link(page, 'Cancel').or(button(page, 'Cancel'))).toBeVisible()
  await open(page, `${ready.url}/console/identity-providers/new`)
  await openSmsSettings(page)
  await expect(field(page, 'HTTP Method'), 'POST unless chosen otherwise').toHaveValue('POST')
  await expect(button(page, 'Register')).toBeVisible()
})

test('a service provider, its SAML settings and its steps', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  const address = await openServiceProvider(page, ready, applicationName)
  await openSection(page, 'Claim Configuration')
  await openSection(page, 'Local & Outbound Authentication Configuration')
  await expectLabels(page, [
    'Service Provider Name', 'Description', 'Use Local Claim Dialect', 'Define Custom Claim Dialect', 'Subject Claim URI',
    'Default', 'Local Authentication', 'Federated Authentication', 'Advanced Configuration',
  ])
  await openSaml(page)
  expect(new URL(page.url()).pathname).toBe(`${new URL(address).pathname}/saml`)
  await expectLabels(page, [
    'Issuer', 'Default Assertion Consumer URL', 'NameID format', 'Response Signing Algorithm', 'Response Digest Algorithm',
    'Enable Response Signing', 'Enable Signature Validation in Authentication Requests and Logout Requests', 'Certificate',
    'Encrypt assertions to',
    'Enable Single Logout', 'SLO Response URL', 'SLO Request URL', 'Logout Method', 'Enable Attribute Profile',
    'Include Attributes in the Response Always', 'Enable Audience Restriction', 'Enable Recipient Validation', 'Attribute Name Format',
  ])
  await open(page, address)
  await openSteps(page)
  expect(new URL(page.url()).pathname).toBe(`${new URL(address).pathname}/authentication-steps`)
  await expect(button(page, 'Add Authentication Step')).toBeVisible()
  await expect(field(step(page, 2), 'Local Authenticators').first()).toBeVisible()
  await expect(field(step(page, 2), 'Federated Authenticators').first()).toBeVisible()
  await expect(field(step(page, 2), 'Use subject identifier from this step')).toBeVisible()
  await expect(field(step(page, 2), 'Use attributes from this step')).toBeVisible()
})

test('a new service provider, and one updated from metadata', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  const address = await openServiceProvider(page, ready, applicationName)
  const given = ['Metadata File', 'Metadata URL', 'Metadata XML']
  await open(page, `${ready.url}/console/service-providers/new`)
  await expectLabels(page, ['Service Provider Name', 'Description', ...given])
  await expect(button(page, 'Import')).toBeVisible()
  await expect(button(page, 'Register')).toBeVisible()
  await open(page, address)
  await expect(link(page, 'Update from metadata')).toBeVisible()
  await open(page, `${address}/metadata`)
  await expectLabels(page, given)
  await expect(button(page, 'Compare')).toBeVisible()
})

test('a user\'s profile', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await openProfile(page, ready, 'admin')
  await expect(page).toHaveURL(`${ready.url}/console/users/admin/profile`)
  await expectLabels(page, [
    'First Name', 'Last Name', 'Organization', 'Address', 'Country', 'Email', 'Telephone', 'Mobile', 'IM', 'URL', 'Department',
  ])
})
