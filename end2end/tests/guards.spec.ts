// What holds from the start: foreign origins, wrong hosts, cookies, headers, and pages that ask who you are.
import { expect, test } from '../fixtures.ts'
import { consolePages, signInToConsole } from '../steps/console.ts'
import { alert, button, field, submit } from '../steps/pages.ts'
import { arrive, enterCode, enterPassword, loggedIn, startAt } from '../steps/sign-in.ts'
import { addUser } from '../steps/users.ts'

test('a form sent from another site, or from the sample app, is refused', async ({ page, ready }) => {
  await page.goto(`${ready.url}/console/login`)
  const target = await page.locator('form').first().evaluate((form: HTMLFormElement) => form.action)
  const form = { username: 'admin', password: 'whatever it is' }
  for (const headers of [
    { Origin: 'https://evil.example.org' },
    { Origin: ready.sample },
    { Origin: 'null' },
    { Origin: ready.url, 'Sec-Fetch-Site': 'same-site' },
    { Origin: ready.url, 'Sec-Fetch-Site': 'cross-site' },
  ]) {
    const answer = await page.request.post(target, { form, headers, maxRedirects: 0 })
    expect(answer.status(), JSON.stringify(headers)).toBe(403)
  }
  const own = await page.request.post(target, { form, headers: { Origin: ready.url }, maxRedirects: 0 })
  expect(own.status()).not.toBe(403)
})

test('another host name leads to the right one, and forms sent there get 421', async ({ page, ready }) => {
  const elsewhere = ready.url.replace('localhost', '127.0.0.1')
  const headers = { Accept: 'text/html' }
  const answer = await page.request.get(`${elsewhere}/console/login`, { headers, maxRedirects: 0 })
  expect(answer.status()).toBe(308)
  expect(answer.headers().location).toBe(`${ready.url}/console/login`)
  const asset = await page.request.get(`${elsewhere}/console/login`, { headers: { Accept: '*/*' }, maxRedirects: 0 })
  expect(asset.status(), 'what is no page').toBe(421)
  const post = await page.request.post(`${elsewhere}/samlsso`, { form: { SAMLRequest: 'x' }, headers, maxRedirects: 0 })
  expect(post.status()).toBe(421)
  for (const health of ['/health/live', '/health/ready']) {
    expect((await page.request.get(elsewhere + health, { maxRedirects: 0 })).status()).toBe(200)
  }
})

test('cookies: not for scripts, Lax, a new session at each sign-in, two names for two sessions', async ({ page, ready, inbox }) => {
  await page.goto(`${ready.url}/console/login`)
  const before = new Set((await page.context().cookies(ready.url)).map((cookie) => cookie.value))
  await signInToConsole(page, ready)
  const console_ = await page.context().cookies(ready.url)
  expect(console_.some((cookie) => !before.has(cookie.value)), 'signing in makes a new session').toBe(true)
  await startAt(page, ready.sample)
  await enterPassword(page)
  await enterCode(page, await inbox.next())
  await arrive(page, loggedIn(page))
  const all = await page.context().cookies(ready.url)
  expect(all.length).toBeGreaterThan(console_.length)
  for (const cookie of all) {
    expect(cookie.httpOnly, cookie.name).toBe(true)
    expect(cookie.sameSite, cookie.name).toBe('Lax')
    expect(cookie.name.startsWith('__Host-'), `${cookie.name}: plain HTTP`).toBe(false)
  }
  expect(await page.evaluate(() => document.cookie)).toBe('')
})

test('headers of a page', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  for (const where of ['/console/login', '/console/identity-providers/new', '/nowhere']) {
    const headers = (await page.request.get(ready.url + where)).headers()
    const policy = headers['content-security-policy'] ?? ''
    expect(policy, where).toContain('default-src')
    expect(policy, where).not.toContain('unsafe-inline')
    expect(policy, where).toMatch(/frame-ancestors 'none'/)
    expect(headers['x-content-type-options'], where).toBe('nosniff')
    expect(headers['referrer-policy'], where).toBe('same-origin')
    expect(headers['cache-control'], where).toContain('no-store')
  }
})

test('no page of the console breaks its own policy', async ({ page, ready }) => {
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await signInToConsole(page, ready)
  for (const where of consolePages) {
    const answer = await page.goto(ready.url + where)
    expect(answer?.status(), where).toBe(200)
    await page.waitForLoadState('networkidle')
  }
  expect(complaints).toEqual([])
})

test('signed out, the console asks who you are and does nothing', async ({ page, ready }) => {
  for (const where of consolePages) {
    const answer = await page.request.get(ready.url + where, { maxRedirects: 0 })
    expect(answer.status(), where).toBe(303)
    expect(answer.headers().location, where).toBe(`/console/login?next=${encodeURIComponent(where)}`)
    expect(await answer.text(), where).not.toContain('<nav')
  }
})

test('a user without a role has no console', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await addUser(page, ready, 'nora', 'eleven grey stones')
  await page.context().clearCookies()
  await page.goto(`${ready.url}/console/login`)
  await field(page, 'Username').fill('nora')
  await field(page, 'Password').fill('eleven grey stones')
  const refused = page.waitForResponse((response) => response.url().includes('/console/login') && response.status() === 403)
  await submit(page, button(page, 'Sign In'))
  await refused
  await expect(alert(page)).toContainText(/no role/)
  const answer = await page.request.get(`${ready.url}/console/users`, { maxRedirects: 0 })
  expect(answer.headers().location, 'nobody is signed in').toContain('/console/login?next=')
})
