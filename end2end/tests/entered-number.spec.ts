// A user without a number enters one at sign-in, where an administrator lets them.
import { expect, test } from '../fixtures.ts'
import { letNumbersBeEntered, nora, toNumberPage } from '../steps/entered-number.ts'
import { alert, button, expectProblem, field, submit } from '../steps/pages.ts'
import { arrive, codeField, enterCode, loggedIn } from '../steps/sign-in.ts'
import { wrongCode } from '../steps/sms.ts'
import { openProfile, workingNumber } from '../steps/users.ts'

test('a number is entered, proved and kept', async ({ page, ready, inbox }) => {
  await letNumbersBeEntered(page, ready)
  await toNumberPage(page, ready)
  expect(await page.locator('script').count()).toBe(0)

  await field(page, 'Mobile number').fill('+94 11 234 5678')
  await submit(page, button(page, 'Send code'))
  await expect(alert(page)).toContainText('No code was sent')
  await expectProblem(page, 'Mobile number', /fixed line/)
  expect(await inbox.count()).toBe(0)

  await field(page, 'Mobile number').fill('+94 77 123 4567')
  await submit(page, button(page, 'Send code'))
  await expect(codeField(page)).toBeVisible()
  const code = await inbox.next()
  await page.reload()
  await expect(codeField(page), 'the page follows the sign-in').toBeVisible()
  expect(await inbox.count(), 'nothing is sent twice').toBe(1)
  await enterCode(page, wrongCode(code))
  await enterCode(page, code)
  await arrive(page, loggedIn(page, nora.username))
  await expect(page.getByText(workingNumber).first()).toBeVisible()

  await openProfile(page, ready, nora.username)
  await expect(field(page, 'Mobile')).toHaveValue(workingNumber)
})
