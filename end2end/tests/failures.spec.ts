// A code that does not go out: what the person signing in reads, at once, and what the administrator finds.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import type { Gatehouse } from '../gatehouse.ts'
import { signInToConsole } from '../steps/console.ts'
import { addIdentityProvider, clickatell, openIdentityProvider, openSmsSettings } from '../steps/identity-provider.ts'
import { alert, button, field, open, save, submit } from '../steps/pages.ts'
import { providerName } from '../steps/set-up.ts'
import { arrive, codeField, enterCode, enterPassword, loggedIn, startAt } from '../steps/sign-in.ts'
import { setMobile } from '../steps/users.ts'

// Pressing Sign In takes as long as the provider does, which has ten seconds.
test.use({ actionTimeout: 20_000, navigationTimeout: 30_000 })

/** The sandbox's numbers that fail on demand, and what comes of each. */
const classes = [
  { of: 'a number that is not valid', number: '+94771230400', user: /did not take a message to your mobile number/, outcome: 'refused', status: '200' },
  { of: 'an error about the account inside a 200', number: '+94771230200', user: /cannot send for us at the moment/, outcome: 'provider trouble', status: '200' },
  { of: 'a server error', number: '+94771230500', user: /cannot send for us at the moment/, outcome: 'provider trouble', status: '500' },
  { of: 'a busy provider', number: '+94771230429', user: /is busy, so no code was sent/, outcome: 'provider busy', status: '429' },
  { of: 'an answer that comes too late', number: '+94771230408', user: /gave no clear answer\. The code may still arrive/, outcome: 'not known', status: '' },
]

/** Holds what the vendor answers against its own status. */
async function judgeTheBody(page: Page, gatehouse: Gatehouse): Promise<void> {
  await openIdentityProvider(page, gatehouse, providerName)
  await openSmsSettings(page)
  await field(page, 'Rule on the answer').selectOption({ label: 'The value at a JSON pointer is' })
  await field(page, 'JSON pointer').fill('/messages/0/status')
  await field(page, 'Value, text or expression').fill('0')
  await save(page, 'Update')
}

/** The newest delivery, as SMS Deliveries lists it. */
async function newestDelivery(page: Page, gatehouse: Gatehouse) {
  await open(page, `${gatehouse.url}/console/deliveries`)
  return page.getByRole('row').nth(1)
}

for (const { of, number, user, outcome, status } of classes) {
  test(`${of}: told at once to the person and to the administrator`, async ({ page, ready }) => {
    await signInToConsole(page, ready)
    await judgeTheBody(page, ready)
    await setMobile(page, ready, 'admin', number)
    await startAt(page, ready.sample)
    await enterPassword(page)
    await expect(codeField(page)).toBeVisible()
    await expect(alert(page)).toContainText(user)
    await expect(alert(page)).toContainText('Resend code')
    await expect(button(page, 'Resend code')).toBeEnabled()
    const row = await newestDelivery(page, ready)
    await expect(row).toContainText(outcome)
    if (status !== '') await expect(row).toContainText(status)
    await expect(row).not.toContainText(number.slice(4, -2))
  })
}

test('a provider that cannot be reached: nobody waits, and the fallback sends the next code', async ({ page, ready, inbox }) => {
  await signInToConsole(page, ready)
  await addIdentityProvider(page, ready, 'Spare', clickatell(ready))
  await openIdentityProvider(page, ready, providerName)
  await openSmsSettings(page)
  await field(page, 'SMS URL').fill('http://10.255.255.1/send?to=&num&text=&msg')
  await save(page, 'Update')
  await startAt(page, ready.sample)
  await enterPassword(page)
  await expect(alert(page)).toContainText('could not be reached, so no code was sent')

  const console = await page.context().newPage()
  await openIdentityProvider(console, ready, providerName)
  await openSmsSettings(console)
  await field(console, 'Fallback identity provider').selectOption({ label: 'Spare' })
  await save(console, 'Update')
  await expect(field(console, 'Fallback identity provider').locator('option:checked')).toHaveText('Spare')
  await expect.poll(async () => {
    await submit(page, button(page, 'Resend code'))
    return inbox.count()
  }, { intervals: [1_000] }).toBe(1)
  await enterCode(page, await inbox.next())
  await arrive(page, loggedIn(page))

  await open(console, `${ready.url}/console/deliveries`)
  await expect(console.getByRole('row').nth(1)).toContainText('Spare')
  await expect(console.getByRole('row').nth(1)).toContainText('accepted')
  await expect(console.getByRole('row').nth(2)).toContainText(providerName)
  await expect(console.getByRole('row').nth(2)).toContainText('not sent')
})

test('a circle of fallbacks is refused where it is chosen, and a certificate that is none as well', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await addIdentityProvider(page, ready, 'Spare', clickatell(ready))
  await openIdentityProvider(page, ready, providerName)
  await openSmsSettings(page)
  await field(page, 'Fallback identity provider').selectOption({ label: 'Spare' })
  await save(page, 'Update')
  await openIdentityProvider(page, ready, 'Spare')
  await openSmsSettings(page)
  await field(page, 'Fallback identity provider').selectOption({ label: providerName })
  await submit(page, button(page, 'Update'))
  await expect(alert(page)).toContainText(`Spare → ${providerName} → Spare`)
  await openSmsSettings(page)
  await field(page, 'Fallback identity provider').selectOption({ label: 'None' })
  await field(page, 'Trusted certificates').fill('-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----')
  await submit(page, button(page, 'Update'))
  await expect(alert(page)).toContainText('Block 1 (line 1): this is a private key')
})
