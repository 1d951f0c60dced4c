// A provider set up by preset, by curl and by hand; keys kept as secrets are sent, and in no page afterwards.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import type { Gatehouse } from '../gatehouse.ts'
import { signInToConsole } from '../steps/console.ts'
import { fillSms, newIdentityProvider, openIdentityProvider, openSmsSettings } from '../steps/identity-provider.ts'
import { button, expectProblem, field, save, status, submit } from '../steps/pages.ts'
import { workingNumber } from '../steps/users.ts'

const key = 'key-of-a-vendor-7781'
const secret = 'secret-of-a-vendor-7782'

async function begin(page: Page, gatehouse: Gatehouse, name: string) {
  await signInToConsole(page, gatehouse)
  await newIdentityProvider(page, gatehouse)
  await field(page, 'Identity Provider Name').fill(name)
  await openSmsSettings(page)
  await field(page, 'Enable SMSOTP Authenticator').check()
  await field(page, 'Test number').fill(workingNumber)
}

/** Presses a button that shows the form again. */
async function press(page: Page, name: string) {
  await submit(page, button(page, name))
  await expect(status(page)).toBeVisible()
}

async function noPageHolds(page: Page, gatehouse: Gatehouse, name: string, ...values: string[]) {
  for (const look of [async () => undefined, () => openIdentityProvider(page, gatehouse, name), () => page.reload()]) {
    await look()
    const source = await page.content()
    for (const value of values) expect(source).not.toContain(value)
    for (const control of await page.locator('input').all()) expect(values).not.toContain(await control.inputValue())
  }
}

async function testSms(page: Page) {
  await submit(page, button(page, 'Send test SMS'))
  await expect(page.getByText(/(This|Last) test · accepted/)).toBeVisible()
}

for (const scripts of [true, false]) {
  test.describe(scripts ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('by preset, and back again', async ({ page, ready, inbox }) => {
      await begin(page, ready, 'By preset')
      await field(page, 'Provider presets').selectOption({ label: 'Twilio' })
      await press(page, 'Fill in')
      await expect(field(page, 'SMS URL')).toHaveValue(/^https:\/\/api\.twilio\.com\//)
      await expect(field(page, 'Account SID')).toHaveAttribute('type', 'password')
      await field(page, 'Provider presets').selectOption({ label: 'SMS sandbox, as Nexmo' })
      await press(page, 'Fill in')
      await expect(status(page)).toContainText('Replaced: SMS URL')
      await submit(page, button(page, 'Undo'))
      await expect(field(page, 'SMS URL')).toHaveValue(/^https:\/\/api\.twilio\.com\//)
      await field(page, 'Provider presets').selectOption({ label: 'SMS sandbox, as Nexmo' })
      await press(page, 'Fill in')
      await save(page, 'Register')
      const before = await inbox.count()
      await testSms(page)
      await expect.poll(() => inbox.count()).toBe(before + 1)
    })

    test('by curl, with its key moved to a secret', async ({ page, ready, inbox }) => {
      await begin(page, ready, 'By curl')
      const command = `curl -X POST '${ready.sample}/sms/twilio/2010-04-01/Accounts/AC7781/Messages.json' -u 'AC7781:${secret}' \\
        --data-urlencode 'From=+15005550006' --data-urlencode 'To=+14155550100' --data-urlencode 'Body=Hello'`
      await field(page, 'Paste a curl command').fill(command)
      await press(page, 'Fill the form')
      await expect(page.getByText("The example's number was replaced by &num", { exact: false }).first()).toBeVisible()
      await field(page, 'HTTP Response Code').fill('2xx')
      await press(page, 'Move to a secret')
      await expect(field(page, 'authorization')).toHaveValue('')
      await save(page, 'Register')
      const encoded = Buffer.from(`AC7781:${secret}`).toString('base64')
      await noPageHolds(page, ready, 'By curl', secret, encoded)
      const before = await inbox.count()
      await testSms(page)
      await expect.poll(() => inbox.count()).toBe(before + 1)
    })

    test('by hand, with keys in slots', async ({ page, ready, inbox }) => {
      await begin(page, ready, 'By hand')
      const query = 'api_key={{secret:api_key}}&api_secret={{secret:api_secret}}&from=NEXMO&to=&num&text=&msg'
      await fillSms(page, { url: `${ready.sample}/sms/nexmo/json?${query}`, method: 'GET' })
      if (!scripts) {
        await submit(page, button(page, 'Register'))
        await expectProblem(page, 'api_key', /No value is kept/)
      }
      await field(page, 'api_key').fill(key)
      await field(page, 'api_secret').fill(secret)
      await save(page, 'Register')
      await expect(page.getByText('Kept for {{secret:api_key}} since', { exact: false })).toBeVisible()
      await noPageHolds(page, ready, 'By hand', key, secret)
      const before = await inbox.count()
      await testSms(page)
      await expect.poll(() => inbox.count()).toBe(before + 1)
      await field(page, 'SMS URL').fill(`${ready.sampleElsewhere}/sms/nexmo/json?${query}`)
      await submit(page, button(page, 'Update'))
      await expectProblem(page, 'api_key', /sent nowhere else/)
    })
  })
}

test('a key that is typed is noticed at once, and a slot gets its field', async ({ page, ready }) => {
  await begin(page, ready, 'As one types')
  const offer = button(page, 'Move to a secret')
  await expect(offer).toBeHidden()
  await field(page, 'SMS URL').fill(`https://sms.example/send?api_key=${key}&to=&num&text=&msg`)
  await expect(offer).toBeVisible()
  await expect(page.getByText('api_key in SMS URL')).toBeVisible()
  await field(page, 'SMS URL').fill('https://sms.example/send?api_key={{secret:mine}}&to=&num&text=&msg')
  await expect(offer).toBeHidden()
  await field(page, 'mine').fill(key)
  await field(page, 'SMS URL').fill('https://sms.example/send?to=&num&text=&msg')
  await expect(field(page, 'mine')).toBeHidden()
  await field(page, 'SMS URL').fill('https://sms.example/send?api_key={{secret:mine}}&to=&num&text=&msg')
  await expect(field(page, 'mine')).toHaveValue(key)
})
