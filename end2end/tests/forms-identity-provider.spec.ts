// The identity provider's form with wrong input: the field's own message, and nothing of what was typed is lost.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import type { Gatehouse } from '../gatehouse.ts'
import { signInToConsole } from '../steps/console.ts'
import {
  addIdentityProvider, clickatell, fillSms, newIdentityProvider, nexmo, openIdentityProvider, openSmsSettings, type Sms,
} from '../steps/identity-provider.ts'
import { alert, button, expectProblem, field, open, submit } from '../steps/pages.ts'
import { applicationName, providerName } from '../steps/set-up.ts'

/** Types a new identity provider in, tries to register it, and expects to be told about `label`. */
async function refused(page: Page, gatehouse: Gatehouse, name: string, sms: Sms, label: string, words: RegExp) {
  await newIdentityProvider(page, gatehouse)
  await field(page, 'Identity Provider Name').fill(name)
  await field(page, 'Description').fill('What was typed stays')
  await fillSms(page, sms)
  await submit(page, button(page, 'Register'))
  await expect(alert(page)).toBeVisible()
  await expectProblem(page, label, words)
  await expect(field(page, 'Identity Provider Name')).toHaveValue(name)
  await expect(field(page, 'Description')).toHaveValue('What was typed stays')
  await openSmsSettings(page)
  await expect(field(page, 'SMS URL')).toHaveValue(sms.url)
  await expect(field(page, 'Enable SMSOTP Authenticator')).toBeChecked()
  if (sms.payload !== undefined) await expect(field(page, 'HTTP Payload')).toHaveValue(sms.payload)
}

for (const scripts of [true, false]) {
  test.describe(scripts ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('the name: missing, taken, too long', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      const sms = nexmo(ready)
      await refused(page, ready, '', sms, 'Identity Provider Name', /\S/)
      await refused(page, ready, providerName, sms, 'Identity Provider Name', /Another identity provider has this name/)
      await refused(page, ready, 'n'.repeat(300), sms, 'Identity Provider Name', /long|characters/i)
    })

    test('the SMS URL: missing, no address, a placeholder in the host', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      for (const url of ['', 'not an address', 'ftp://example.org/&num', 'http://&num.example.org/?text=&msg']) {
        await refused(page, ready, 'Other', { ...nexmo(ready), url }, 'SMS URL', /\S/)
      }
    })

    test('a payload that cannot be escaped is refused with the position', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      const payload = '{"text":"&msg","to":[&num]}'
      await refused(page, ready, 'Other', { ...clickatell(ready), payload }, 'HTTP Payload', /column 22|22/)
    })
  })
}

test('numbers of the code policy: not a number, too small, too large', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await openIdentityProvider(page, ready, providerName)
  await openSmsSettings(page)
  for (const [label, value] of [['Code length', '3'], ['Code lifetime (minutes)', '11'], ['Wrong codes allowed', 'five']] as const) {
    await field(page, label).fill(value)
    await submit(page, button(page, 'Update'))
    await expectProblem(page, label, /\S/)
    await expect(field(page, label)).toHaveValue(value)
  }
})

test('one that is used cannot be deleted; who uses it is said', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await open(page, `${ready.url}/console/identity-providers`)
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: providerName, exact: true }) })
  await row.getByRole('link', { name: /^Delete/ }).or(row.getByRole('button', { name: /^Delete/ })).click()
  await expect(page.getByRole('link', { name: applicationName, exact: true }).first()).toBeVisible()
  await open(page, `${ready.url}/console/identity-providers`)
  await expect(page.getByRole('main').getByRole('link', { name: providerName, exact: true }).first()).toBeVisible()
})

test('both of the tutorial\'s examples are stored as typed and can be edited', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  const sms = clickatell(ready)
  await addIdentityProvider(page, ready, 'Clickatell', sms)
  await openIdentityProvider(page, ready, 'Clickatell')
  await openSmsSettings(page)
  await expect(field(page, 'SMS URL')).toHaveValue(sms.url)
  await expect(field(page, 'HTTP Payload')).toHaveValue(sms.payload ?? '')
  await openIdentityProvider(page, ready, providerName)
  await openSmsSettings(page)
  await expect(field(page, 'SMS URL')).toHaveValue(nexmo(ready).url)
})

test('the request is shown as it will be sent, while it is typed', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await newIdentityProvider(page, ready)
  await fillSms(page, clickatell(ready))
  await expect(page.getByText(/POST/).and(page.locator('pre, pre *')).first()).toBeVisible()
  const wire = page.locator('pre').filter({ hasText: '/sms/clickatell/rest/message' }).first()
  await expect(wire).toContainText('"text":"')
  await field(page, 'SMS URL').fill(`${ready.sample}/elsewhere`)
  await expect(page.locator('pre').filter({ hasText: '/elsewhere' }).first()).toBeVisible()
})
