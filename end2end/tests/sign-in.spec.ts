// What goes wrong while someone signs in, and what they are told.
import type { Response } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import { signInToConsole } from '../steps/console.ts'
import { alert, button, field, submit } from '../steps/pages.ts'
import { applicationName } from '../steps/set-up.ts'
import { arrive, codeField, enterCode, enterPassword, loggedIn, logIn, startAt, toCodePage } from '../steps/sign-in.ts'
import { wrongCode } from '../steps/sms.ts'
import { addUser, failingNumber, setMobile } from '../steps/users.ts'

const returnButton = `Return to ${applicationName}`

test('the page names the application', async ({ page, ready }) => {
  await startAt(page, ready.sample)
  await expect(page.getByText(applicationName).first()).toBeVisible()
})

test('a wrong password and an unknown name get the same words, and the right one still works', async ({ page, ready }) => {
  await startAt(page, ready.sample)
  await enterPassword(page, { password: 'not this one 12' })
  await expect(alert(page)).toBeVisible()
  const words = await alert(page).innerText()
  await expect(field(page, 'Username')).toHaveValue('admin')
  await expect(field(page, 'Password')).toHaveValue('')
  expect(new URL(page.url()).search, 'what went wrong is not in the address').toBe('')
  await enterPassword(page, { username: 'nobody', password: 'not this one 12' })
  await expect(field(page, 'Username')).toHaveValue('nobody')
  expect(await alert(page).innerText()).toBe(words)
  await enterPassword(page)
  await expect(codeField(page)).toBeVisible()
})

test('a wrong code counts, and the right one still works', async ({ page, ready, inbox }) => {
  const code = await toCodePage(page, ready, inbox)
  await enterCode(page, wrongCode(code))
  await expect(alert(page)).toBeVisible()
  await expect(page.getByText(/4 (attempts|tries)/)).toBeVisible()
  await enterCode(page, code)
  await arrive(page, loggedIn(page))
})

test('five wrong codes end the sign-in, and the application is told', async ({ page, ready, inbox }) => {
  const code = await toCodePage(page, ready, inbox)
  for (let i = 0; i < 5; i++) {
    await enterCode(page, wrongCode(code))
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  }
  await expect(codeField(page)).toHaveCount(0)
  const back = button(page, returnButton)
  await expect(back).toBeVisible()
  await page.reload()
  await expect(back, 'a reload does not begin again').toBeVisible()
  await back.click()
  await arrive(page, page.getByText(/AuthnFailed/))
  expect(page.url().startsWith(ready.sample)).toBe(true)
  await expect(loggedIn(page)).toHaveCount(0)
  expect(await inbox.count()).toBe(1)
})

test('Resend code waits, then sends a new code; the first stays good', async ({ page, ready, inbox }) => {
  test.setTimeout(100_000)
  const first = await toCodePage(page, ready, inbox)
  await submit(page, button(page, 'Resend code'))
  await expect(alert(page)).toContainText(/\d+ seconds?/)
  expect(await inbox.count(), 'too early, nothing is sent').toBe(1)
  await expect(async () => {
    await submit(page, button(page, 'Resend code'))
    expect(await inbox.count()).toBe(2)
  }).toPass({ intervals: [5_000], timeout: 60_000 })
  const second = await inbox.next()
  expect(second).not.toBe(first)
  await enterCode(page, first)
  await arrive(page, loggedIn(page))
})

test('a provider that is down is told in plain words, and the sign-in stays open', async ({ page, ready, inbox }) => {
  await signInToConsole(page, ready)
  await setMobile(page, ready, 'admin', failingNumber)
  await startAt(page, ready.sample)
  await enterPassword(page)
  await expect(alert(page)).toBeVisible()
  await expect(alert(page)).not.toContainText(/\b500\b|HTTP|http:/)
  await expect(button(page, 'Resend code')).toBeEnabled()
  expect(await inbox.count()).toBe(0)
})

test('without a mobile number there is no sign-in, and the reason is given', async ({ page, ready, inbox }) => {
  await signInToConsole(page, ready)
  await addUser(page, ready, 'nora', 'eleven grey stones')
  await startAt(page, ready.sample)
  await enterPassword(page, { username: 'nora', password: 'eleven grey stones' })
  await expect(page.getByText(/mobile number/i).first()).toBeVisible()
  await expect(codeField(page)).toHaveCount(0)
  expect(await inbox.count()).toBe(0)
  await button(page, returnButton).click()
  await arrive(page, page.getByText(/AuthnFailed/))
})

test('the code is of this sign-in only', async ({ page, ready, inbox, browser }) => {
  const code = await toCodePage(page, ready, inbox)
  const address = page.url()
  const stranger = await browser.newPage()
  const answer = await stranger.goto(address)
  expect(answer?.status(), 'another browser gets nothing of it').toBeGreaterThanOrEqual(400)
  await expect(codeField(stranger)).toHaveCount(0)
  await stranger.context().close()
  await enterCode(page, code)
  await arrive(page, loggedIn(page))
})

test('one sign-in is enough for the next time', async ({ page, ready, inbox }) => {
  const code = await toCodePage(page, ready, inbox)
  await enterCode(page, code)
  await arrive(page, loggedIn(page))
  const other = await page.context().newPage()
  await other.goto(`${ready.sampleElsewhere}/`)
  await logIn(other).click()
  await arrive(other, loggedIn(other))
  expect(await inbox.count()).toBe(1)
})

test('the sign-in pages carry no script and weigh little', async ({ page, ready, inbox }) => {
  await startAt(page, ready.sample)
  const answers: Response[] = []
  page.on('response', (response) => answers.push(response))
  await page.reload()
  await page.waitForLoadState('networkidle')
  let bytes = 0
  for (const answer of answers) bytes += (await answer.body()).length
  expect(answers.length, 'the page and its style sheet').toBeGreaterThanOrEqual(2)
  expect(answers.map((answer) => answer.request().resourceType())).not.toContain('script')
  expect(await page.locator('script').count()).toBe(0)
  expect(bytes).toBeLessThanOrEqual(15_000)
  await enterPassword(page)
  await expect(codeField(page)).toBeVisible()
  expect(await page.locator('script').count()).toBe(0)
  await inbox.next()
})
