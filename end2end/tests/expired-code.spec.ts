// A code that has lived its minute.
import { expect, test } from '../fixtures.ts'
import { signInToConsole } from '../steps/console.ts'
import { setPolicy } from '../steps/identity-provider.ts'
import { alert, button, submit } from '../steps/pages.ts'
import { providerName } from '../steps/set-up.ts'
import { arrive, enterCode, loggedIn, toCodePage } from '../steps/sign-in.ts'

test('an expired code is refused, and a new one works', async ({ page, ready, inbox }) => {
  test.setTimeout(150_000)
  await signInToConsole(page, ready)
  await setPolicy(page, ready, providerName, { 'Code lifetime (minutes)': '1' })
  const code = await toCodePage(page, ready, inbox)
  const sent = Date.now()
  await expect.poll(() => Date.now() - sent, { timeout: 90_000, intervals: [1_000] }).toBeGreaterThan(61_000)
  await enterCode(page, code)
  await expect(alert(page)).toContainText(/expired/i)
  await submit(page, button(page, 'Resend code'))
  await enterCode(page, await inbox.next())
  await arrive(page, loggedIn(page))
})
