// Applications on other sites: cross-site requests, and an assertion consumer that sends the browser on to a third origin.
import { expect, test } from '../fixtures.ts'
import { signInToConsole } from '../steps/console.ts'
import { authnRequest, html, redirectTo, site } from '../steps/saml.ts'
import { field } from '../steps/pages.ts'
import { addApplication } from '../steps/set-up.ts'
import { arrive, codeField, enterCode, enterPassword, loggedIn, logIn, logInByPost, logOut, startAt } from '../steps/sign-in.ts'

for (const [binding, press] of [['Redirect', logIn], ['POST', logInByPost]] as const) {
  test(`the sample app as another site, by ${binding}`, async ({ page, ready, inbox }) => {
    await startAt(page, ready.sampleElsewhere, press)
    await enterPassword(page)
    await expect(codeField(page)).toBeVisible()
    await enterCode(page, await inbox.next())
    await arrive(page, loggedIn(page))
    expect(page.url().startsWith(ready.sampleElsewhere)).toBe(true)
    await logOut(page)
    // The session that all service providers share is over as well.
    await startAt(page, ready.sample)
    await expect(field(page, 'Username')).toBeVisible()
  })

  test(`a second sign-in from another site, by ${binding}, needs nothing typed`, async ({ page, ready, inbox }) => {
    await startAt(page, ready.sample)
    await enterPassword(page)
    await enterCode(page, await inbox.next())
    await arrive(page, loggedIn(page))
    await page.goto(`${ready.sampleElsewhere}/`)
    await press(page).click()
    await arrive(page, loggedIn(page))
    expect(await inbox.count()).toBe(1)
  })
}

test('an assertion consumer that redirects to a third origin', async ({ page, ready, inbox }) => {
  const third = await site('127.0.0.1', (_, __, response) => html(response, '<h1>Landed</h1>'))
  const application = await site('localhost', (request, body, response) => {
    if (request.method !== 'POST' || !body.has('SAMLResponse')) return html(response, 'nothing here')
    response.writeHead(303, { location: `${third.url}/landed` }).end()
  })
  try {
    const consumer = `${application.url}/acs`
    await signInToConsole(page, ready)
    await addApplication(page, ready, { name: 'Third', issuer: 'urn:third', consumers: [consumer] })
    await page.goto(redirectTo(ready, authnRequest(ready, { issuer: 'urn:third', consumer })))
    await enterPassword(page)
    await enterCode(page, await inbox.next())
    await arrive(page, page.getByRole('heading', { name: 'Landed' }))
    expect(page.url()).toBe(`${third.url}/landed`)
  } finally {
    await application.close()
    await third.close()
  }
})
