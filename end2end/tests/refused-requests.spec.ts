// What /samlsso refuses: a page that says so under a case number, and nothing sent to the address in the request.
import { expect, test } from '../fixtures.ts'
import { authnRequest, html, redirectTo, site } from '../steps/saml.ts'
import { sampleIssuer } from '../steps/set-up.ts'
import { field } from '../steps/pages.ts'
import { startAt } from '../steps/sign-in.ts'

const minutes = (count: number) => new Date(Date.now() + count * 60_000)

test('nothing, and rubbish', async ({ page, ready }) => {
  for (const query of ['', '?SAMLRequest=', '?SAMLRequest=rubbish', '?SAMLRequest=%00', `?SAMLRequest=${'A'.repeat(60_000)}`]) {
    const answer = await page.goto(`${ready.url}/samlsso${query}`)
    expect(answer?.status(), query.slice(0, 40)).toBeGreaterThanOrEqual(400)
    expect(answer?.status(), query.slice(0, 40)).toBeLessThan(500)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  }
  // Longer than an address may be: refused before it is read.
  expect((await page.request.get(`${ready.url}/samlsso?SAMLRequest=${'A'.repeat(100_000)}`)).status()).toBe(414)
})

test('rubbish by POST', async ({ request, ready }) => {
  for (const form of [{}, { SAMLRequest: '' }, { SAMLRequest: 'rubbish' }, { SAMLResponse: 'rubbish' }]) {
    const answer = await request.post(`${ready.url}/samlsso`, { form })
    expect(answer.status()).toBeGreaterThanOrEqual(400)
    expect(answer.status()).toBeLessThan(500)
  }
})

for (const [what, request] of [
  ['an unknown issuer', { issuer: 'urn:unknown' }],
  ['a consumer that is not registered', {}],
  ['a wrong destination', { destination: 'https://elsewhere.example.org/samlsso', registered: true }],
  ['a request that is too old', { issued: minutes(-6), registered: true }],
  ['a request from the future', { issued: minutes(4), registered: true }],
] as const) {
  test(what, async ({ page, ready }) => {
    const target = await site('localhost', (_, __, response) => html(response, 'reached'))
    try {
      const consumer = 'registered' in request ? `${ready.sample}/saml/acs` : `${target.url}/acs`
      const message = authnRequest(ready, { ...{ issuer: sampleIssuer, consumer }, ...request })
      const answer = await page.goto(redirectTo(ready, message))
      expect(answer?.status()).toBeGreaterThanOrEqual(400)
      expect(answer?.status()).toBeLessThan(500)
      expect(new URL(page.url()).origin, 'the browser stays').toBe(ready.url)
      await expect(page.getByText(/case( number)?\W+[\w-]{4,}/i).first()).toBeVisible()
      await expect(page.locator(`[action^="${target.url}"], [href^="${target.url}"]`)).toHaveCount(0)
      expect(target.hits).toEqual([])
    } finally {
      await target.close()
    }
  })
}

test('the same request twice leads back to its own sign-in; elsewhere it does not', async ({ page, ready, browser }) => {
  const message = redirectTo(ready, authnRequest(ready, { issuer: sampleIssuer, consumer: `${ready.sample}/saml/acs` }))
  await page.goto(message)
  await expect(field(page, 'Username')).toBeVisible()
  const address = page.url()
  await page.goto(message)
  expect(page.url()).toBe(address)
  const stranger = await browser.newPage()
  const answer = await stranger.goto(message)
  expect(answer?.status()).toBeGreaterThanOrEqual(400)
  await stranger.context().close()
})

test('markup in a request stays text', async ({ page, ready }) => {
  const issuer = '&lt;img src=x onerror=document.title=&quot;broken&quot;&gt;'
  await page.goto(redirectTo(ready, authnRequest(ready, { issuer, consumer: 'https://a.example.org/' })))
  await expect(page.locator('img[src="x"]')).toHaveCount(0)
  await expect(page).not.toHaveTitle('broken')
})

test('an address that is not there', async ({ page, ready }) => {
  for (const where of ['/nowhere', '/login/nowhere', '/samlsso/resume/nowhere', '/console/nowhere']) {
    const answer = await page.request.get(ready.url + where, { maxRedirects: 0 })
    expect([303, 302, 404, 400, 403, 410], `${where} answered ${answer.status()}`).toContain(answer.status())
  }
  expect((await page.goto(`${ready.url}/nowhere`))?.status()).toBe(404)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await startAt(page, ready.sample)
})
