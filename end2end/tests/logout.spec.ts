// Single logout in a browser: an application that never answers, the way past it, and nothing said twice.
import type { Page } from '@playwright/test'
import { randomBytes } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { expect, test } from '../fixtures.ts'
import type { Gatehouse } from '../gatehouse.ts'
import { signInToConsole } from '../steps/console.ts'
import { clean, fitsNarrow } from '../steps/look.ts'
import { action, button, field, save, submit } from '../steps/pages.ts'
import { authnRequest, html, redirectTo, site, type Site } from '../steps/saml.ts'
import { openSaml, openServiceProvider } from '../steps/service-provider.ts'
import { addApplication, applicationName } from '../steps/set-up.ts'
import { arrive, loggedIn, logIn, signIn } from '../steps/sign-in.ts'
import type { Inbox } from '../steps/sms.ts'

const issuer = 'urn:silent'
const name = 'Silent Shop'

type Silent = Site & { asked: () => Asked[] }
type Asked = { id: string; relayState: string }

/** An application that takes what it is sent and never answers. */
async function silent(): Promise<Silent> {
  const asked: Asked[] = []
  const application = await site('localhost', (request, body, response) => {
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams
    const message = query.get('SAMLRequest')
    if (message !== null) {
      const xml = inflateRawSync(Buffer.from(message, 'base64')).toString()
      asked.push({ id: / ID="([^"]+)"/.exec(xml)?.[1] ?? '', relayState: query.get('RelayState') ?? '' })
      return html(response, '<h1>Nothing happens here</h1>')
    }
    html(response, body.has('SAMLResponse') ? '<h1>Welcome to the shop</h1>' : 'nothing here')
  })
  return { ...application, asked: () => asked }
}

/** Where the application would send the browser with its answer, if it answered. */
function answerTo(gatehouse: Gatehouse, { id, relayState }: Asked): string {
  const xml =
    `<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_${randomBytes(16).toString('hex')}" Version="2.0"` +
    ` IssueInstant="${new Date().toISOString()}" Destination="${gatehouse.url}/samlsso" InResponseTo="${id}">` +
    `<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</saml:Issuer>` +
    '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:LogoutResponse>'
  const message = encodeURIComponent(deflateRawSync(xml).toString('base64'))
  return `${gatehouse.url}/samlsso?SAMLResponse=${message}&RelayState=${encodeURIComponent(relayState)}`
}

async function tick(page: Page, gatehouse: Gatehouse, boxes: string[]): Promise<void> {
  await openServiceProvider(page, gatehouse, applicationName)
  await openSaml(page)
  for (const box of boxes) await field(page, box).check()
  await save(page, 'Update')
}

/** Signs in at the sample app and at the silent one. */
async function signInTwice(page: Page, gatehouse: Gatehouse, inbox: Inbox, application: Silent): Promise<void> {
  const consumer = `${application.url}/acs`
  await signInToConsole(page, gatehouse)
  await addApplication(page, gatehouse, { name, issuer, consumers: [consumer] })
  await signIn(page, gatehouse, inbox)
  await page.goto(redirectTo(gatehouse, authnRequest(gatehouse, { issuer, consumer })))
  await arrive(page, page.getByRole('heading', { name: 'Welcome to the shop' }))
}

const heading = (page: Page, words: string) => page.getByRole('heading', { level: 1, name: words, exact: true })
const lines = (page: Page) => page.getByRole('main').getByRole('listitem')
const stuck = (page: Page) => page.getByRole('heading', { name: 'Nothing happens here' })

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled })

    test('an application asks, another never answers: Try again, Skip, and back with a partial logout', async ({ page, ready, inbox }) => {
      const application = await silent()
      try {
        await signInTwice(page, ready, inbox, application)
        await page.goto(`${ready.sample}/`)
        await expect(loggedIn(page)).toBeVisible()
        await action(page, 'Logout').click()
        await expect(stuck(page)).toBeVisible()
        expect(application.asked()).toHaveLength(1)

        // Whoever closes that page finds the logout again.
        await page.goto(`${ready.url}/logout`)
        await expect(heading(page, 'Logging out')).toBeVisible()
        const address = page.url()
        expect(new URL(address).pathname).toMatch(/^\/logout\/[\w-]+$/)
        await expect(lines(page)).toHaveText([`${applicationName} asked for this logout`, `${name} asked, not answered yet`])
        await page.reload()
        await page.goto(address)
        await expect(button(page, 'Skip')).toBeVisible()
        expect(application.asked(), 'looking at the page tells nobody anything').toHaveLength(1)
        if (javaScriptEnabled) {
          await clean(page, 'a logout')
          await fitsNarrow(page, 'a logout')
        }

        await button(page, 'Try again').click()
        await expect(stuck(page)).toBeVisible()
        expect(application.asked()).toHaveLength(2)
        expect(application.asked()[0]?.id).not.toBe(application.asked()[1]?.id)

        await page.goto(address)
        await button(page, 'Skip').click()
        await arrive(page, page.getByText('which could not reach every other application'))
        await expect(logIn(page)).toBeVisible()

        await page.goto(address)
        await expect(heading(page, 'You are logged out here')).toBeVisible()
        await expect(lines(page)).toHaveText([`${applicationName} asked for this logout`, `${name} skipped`])
        await expect(page.getByRole('main').getByRole('button')).toHaveCount(0)
        expect(application.asked()).toHaveLength(2)
        if (javaScriptEnabled) {
          await clean(page, 'a logout')
          await fitsNarrow(page, 'a logout')
        }
      } finally {
        await application.close()
      }
    })

    test('begun here: the back button leads to the state of each, and a late answer counts', async ({ page, ready, inbox }) => {
      const application = await silent()
      try {
        await signInTwice(page, ready, inbox, application)
        await page.goto(`${ready.url}/logout`)
        await expect(heading(page, 'Log out?')).toBeVisible()
        await button(page, 'Log out').click()
        await expect(stuck(page)).toBeVisible()
        await page.goBack()
        await expect(heading(page, 'Logging out')).toBeVisible()
        await expect(lines(page)).toHaveText([`${applicationName} logged out`, `${name} asked, not answered yet`])
        expect(application.asked()).toHaveLength(1)

        await submit(page, button(page, 'Skip'))
        await expect(heading(page, 'You are logged out here')).toBeVisible()
        await expect(lines(page)).toHaveText([`${applicationName} logged out`, `${name} skipped`])
        await page.goBack()
        await page.goForward()
        expect(application.asked(), 'neither back nor forward tells it again').toHaveLength(1)

        const [asked] = application.asked()
        if (asked === undefined) throw new Error('it was not asked')
        await page.goto(answerTo(ready, asked))
        await expect(heading(page, 'You are logged out')).toBeVisible()
        await expect(lines(page)).toHaveText([`${applicationName} logged out`, `${name} logged out`])
      } finally {
        await application.close()
      }
    })
  })
}

test('a double click on Log out, and a second tab, tell each application once', async ({ page, context, ready, inbox }) => {
  const application = await silent()
  try {
    await signInTwice(page, ready, inbox, application)
    const second = await context.newPage()
    for (const tab of [page, second]) await tab.goto(`${ready.url}/logout`)
    await button(page, 'Log out').dblclick({ noWaitAfter: true })
    await expect(stuck(page).or(heading(page, 'Logging out'))).toBeVisible()
    await button(second, 'Log out').click()
    await expect(heading(second, 'Logging out')).toBeVisible()
    await expect(lines(second)).toHaveText([`${applicationName} logged out`, `${name} asked, not answered yet`])
    expect(application.asked()).toHaveLength(1)
  } finally {
    await application.close()
  }
})

test('sign-on and logout that begin here, by a link, are off unless ticked; the sample takes no answer it did not ask for', async ({ page, ready, inbox }) => {
  await page.goto(`${ready.url}/samlsso?spEntityID=travelocity.com`)
  await expect(page.getByText('Signing in to this application has to begin there.')).toBeVisible()
  await expect(page.getByText(/Case number/)).toBeVisible()
  await signIn(page, ready, inbox)
  await signInToConsole(page, ready)
  await tick(page, ready, ['Enable IdP Initiated SSO', 'Enable IdP Initiated SLO'])
  await page.goto(`${ready.url}/samlsso?spEntityID=travelocity.com&RelayState=here`)
  // The sample binds every answer to a browser that asked (login CSRF).
  await arrive(page, page.getByRole('alert'))
  expect(page.url().startsWith(ready.sample)).toBe(true)
  await page.goto(`${ready.url}/samlsso?slo=true&spEntityID=travelocity.com`)
  await expect(heading(page, 'Log out?')).toBeVisible()
  await button(page, 'Log out').click()
  await arrive(page, heading(page, 'You are logged out'))
  await expect(lines(page)).toHaveText([`${applicationName} logged out`])
})
