// A request from an application that nobody has registered: refused under a number, by which it is registered and works.
import { expect, test } from '../fixtures.ts'
import { goBy, signInToConsole } from '../steps/console.ts'
import { field, follow, link, save } from '../steps/pages.ts'
import { authnRequest, html, redirectTo, site } from '../steps/saml.ts'
import { consumerUrls, openSaml } from '../steps/service-provider.ts'
import { arrive, enterPassword } from '../steps/sign-in.ts'

const issuer = 'https://new.example.org/saml'
const notRegistered = 'This application is not registered here.'

for (const scripts of [true, false]) {
  test.describe(scripts ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('from the case number to a sign-in, with nothing typed but a name', async ({ page, ready }) => {
      const application = await site('localhost', (_, body, response) =>
        html(response, body.has('SAMLResponse') ? '<h1>Welcome to the new one</h1>' : '<h1>Nothing came</h1>'))
      const consumer = `${application.url}/acs`
      const begin = () => page.goto(redirectTo(ready, authnRequest(ready, { issuer, consumer })))
      try {
        expect((await begin())?.status()).toBe(400)
        await expect(page.getByText(notRegistered)).toBeVisible()
        const number = await page.getByText(/^[2-9A-Z]{5}-[2-9A-Z]{5}$/).innerText()
        expect(application.hits, 'nothing is sent to whoever asked').toEqual([])

        await signInToConsole(page, ready)
        await goBy(page, 'Sign-ins')
        const row = page.getByRole('table', { name: 'Newest refused requests' }).getByRole('row').filter({ hasText: number })
        await expect(row).toContainText(issuer)
        await follow(page, link(row, number))
        await expect(page.getByRole('heading', { name: `Case ${number}` })).toBeVisible()
        await expect(page.getByText('Register a service provider whose Issuer is exactly the one above')).toBeVisible()
        await expect(page.locator('pre').filter({ hasText: 'AuthnRequest' })).toContainText(consumer)

        await follow(page, link(page, 'Service Providers › Add Service Provider'))
        await expect(page.getByText(`of case ${number}`)).toContainText(issuer)
        await field(page, 'Service Provider Name').fill('The new one')
        await save(page, 'Register')
        await openSaml(page)
        await expect(page.getByText('Nobody has verified them')).toBeVisible()
        await expect(field(page, 'Issuer')).toHaveValue(issuer)
        await expect(consumerUrls(page).first()).toHaveValue(consumer)
        await save(page, 'Register')

        await begin()
        await expect(page.getByText('The new one').first()).toBeVisible()
        await enterPassword(page)
        await arrive(page, page.getByRole('heading', { name: 'Welcome to the new one' }))
      } finally {
        await application.close()
      }
    })

    test('the number is found when it is typed by hand, and one that nobody has is told', async ({ page, ready }) => {
      await page.goto(redirectTo(ready, authnRequest(ready, { issuer, consumer: 'https://new.example.org/acs' })))
      const number = await page.getByText(/^[2-9A-Z]{5}-[2-9A-Z]{5}$/).innerText()
      await signInToConsole(page, ready)
      await goBy(page, 'Sign-ins')
      for (const [typed, said] of [
        [number.toLowerCase().replace('-', ' '), `Case ${number}`],
        ['AAAAA-AAAAA', 'No refused request has the case number “AAAAA-AAAAA”'],
      ] as const) {
        await field(page, 'Case number').fill(typed)
        await field(page, 'Case number').press('Enter')
        await expect(page.getByText(said).first()).toBeVisible()
        await expect(field(page, 'Case number')).toHaveValue(typed)
      }
    })
  })
}
