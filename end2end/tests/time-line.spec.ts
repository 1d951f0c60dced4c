// What was done, in detail: the time line of a sign-in, and an entry of the audit log before and after.
import { expect, test } from '../fixtures.ts'
import { signInToConsole } from '../steps/console.ts'
import { openIdentityProvider, openSmsSettings } from '../steps/identity-provider.ts'
import { clean, fitsNarrow } from '../steps/look.ts'
import { field, follow, link, open, save } from '../steps/pages.ts'
import { providerName } from '../steps/set-up.ts'
import { arrive, codeField, enterCode, enterPassword, loggedIn, startAt } from '../steps/sign-in.ts'
import { wrongCode } from '../steps/sms.ts'

test('a sign-in is one line, from a wrong password to the Response', async ({ page, ready, inbox }) => {
  await startAt(page, ready.sample)
  await enterPassword(page, { password: 'not this one 12' })
  await enterPassword(page)
  await expect(codeField(page)).toBeVisible()
  const code = await inbox.next()
  await enterCode(page, wrongCode(code))

  const console = await page.context().newPage()
  await signInToConsole(console, ready)
  await open(console, `${ready.url}/console/sign-ins`)
  await follow(console, console.getByRole('table', { name: 'Not ended yet' }).getByRole('link').first())
  await expect(console.getByText('under way, step 2 of 2')).toBeVisible()

  await enterCode(page, code)
  await arrive(page, loggedIn(page))
  await open(console, `${ready.url}/console/sign-ins`)
  await follow(console, console.getByRole('row').filter({ hasText: 'signed in' }).getByRole('link').first())
  await expect(console.getByRole('heading', { level: 1 })).toHaveText('Time line')
  const moments = console.getByRole('main').getByRole('list').last().getByRole('listitem')
  for (const [place, words] of [
    'Request received', 'Wrong password', 'Password accepted', 'SMS to', 'Wrong code', 'Code accepted', 'Response sent',
  ].entries()) {
    await expect(moments.nth(place)).toContainText(words)
  }
  await expect(console.locator('body')).not.toContainText(code)
  await clean(console, 'a time line')
  await console.emulateMedia({ colorScheme: 'dark' })
  await clean(console, 'a time line in the dark')
  await follow(console, link(console, (await console.getByRole('link', { name: /^Delivery \d+$/ }).innerText())))
  await follow(console, link(console, 'The whole sign-in'))
  await fitsNarrow(console, 'what was done')
})

test('an entry of the audit log says what was there before', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await openIdentityProvider(page, ready, providerName)
  await openSmsSettings(page)
  await field(page, 'Message').fill('Your code is &otp, for &min minutes.')
  await save(page, 'Update')
  await open(page, `${ready.url}/console/audit`)
  await follow(page, page.getByRole('table', { name: 'Audit log' }).getByRole('rowheader').getByRole('link').first())
  const row = page.getByRole('row').filter({ hasText: 'Message' })
  await expect(row).toContainText('Your verification code is &otp.')
  await expect(row).toContainText('Your code is &otp, for &min minutes.')
  await clean(page, 'an entry')
  await fitsNarrow(page, 'what was done')
  await follow(page, page.getByRole('main').getByRole('link', { name: providerName, exact: true }))
  await expect(field(page, 'Identity Provider Name')).toHaveValue(providerName)
})
