// Reloads, second tabs and the back button do no harm, and nothing is sent twice.
import { expect, test } from '../fixtures.ts'
import { alert, field } from '../steps/pages.ts'
import { arrive, codeField, enterCode, enterPassword, loggedIn, startAt, toCodePage } from '../steps/sign-in.ts'

test('a reload sends nothing', async ({ page, ready, inbox }) => {
  const code = await toCodePage(page, ready, inbox)
  for (let i = 0; i < 3; i++) {
    await page.reload()
    await expect(codeField(page)).toBeVisible()
  }
  expect(await inbox.count()).toBe(1)
  await enterCode(page, code)
  await arrive(page, loggedIn(page))
})

test('a second tab shows the same sign-in and sends nothing; the first then goes on, too', async ({ page, ready, inbox }) => {
  const code = await toCodePage(page, ready, inbox)
  const second = await page.context().newPage()
  await second.goto(page.url())
  await expect(codeField(second)).toBeVisible()
  expect(await inbox.count()).toBe(1)
  await enterCode(second, code)
  await arrive(second, loggedIn(second))
  const answers: number[] = []
  page.on('response', (response) => answers.push(response.status()))
  await enterCode(page, code)
  await page.waitForLoadState('load')
  await expect(page.getByRole('heading', { level: 1 }).or(loggedIn(page)).first()).toBeVisible()
  expect(Math.max(...answers), 'no error page of the server').toBeLessThan(500)
  expect(await inbox.count()).toBe(1)
})

test('the password sent from two tabs brings one message', async ({ page, ready, inbox }) => {
  await startAt(page, ready.sample)
  const second = await page.context().newPage()
  await second.goto(page.url())
  await expect(field(second, 'Username')).toBeVisible()
  await enterPassword(page)
  await expect(codeField(page)).toBeVisible()
  await enterPassword(second)
  await expect(codeField(second)).toBeVisible()
  const code = await inbox.next()
  expect(await inbox.count()).toBe(1)
  await enterCode(second, code)
  await arrive(second, loggedIn(second))
})

test('back to the password and forth again sends nothing', async ({ page, ready, inbox }) => {
  const code = await toCodePage(page, ready, inbox)
  await page.goBack()
  await page.goForward()
  await page.reload()
  await expect(codeField(page)).toBeVisible()
  expect(await inbox.count()).toBe(1)
  await enterCode(page, code)
  await arrive(page, loggedIn(page))
})

test('back after the sign-in shows no used form that works', async ({ page, ready, inbox }) => {
  const code = await toCodePage(page, ready, inbox)
  const address = page.url()
  await enterCode(page, code)
  await arrive(page, loggedIn(page))
  const answer = await page.goto(address)
  expect(answer?.status() ?? 0).toBeLessThan(500)
  await expect(codeField(page)).toHaveCount(0)
  expect(await inbox.count()).toBe(1)
  await page.goto(`${ready.sample}/`)
  await expect(loggedIn(page)).toBeVisible()
})

test('the same code does not work twice', async ({ page, ready, inbox, context }) => {
  const code = await toCodePage(page, ready, inbox)
  await enterCode(page, code)
  await arrive(page, loggedIn(page))
  await context.clearCookies()
  const fresh = await toCodePage(page, ready, inbox)
  await enterCode(page, code)
  await expect(alert(page)).toBeVisible()
  await enterCode(page, fresh)
  await arrive(page, loggedIn(page))
})
