// Logging out of service providers that we did not write: begun there, begun here, and begun at another one. The library
// checks what it is sent, and this server what it gets back.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import { Gatehouse } from '../gatehouse.ts'
import { type Application, type Binding, loginAt, logoutAt } from '../interop/application.ts'
import { nodeSaml } from '../interop/node-saml.ts'
import { pysaml2 } from '../interop/pysaml2.ts'
import { signInToConsole } from '../steps/console.ts'
import { nameOf, register, signInAgainAt, signInAt, tamper, type Wants } from '../steps/interop.ts'
import { button, field } from '../steps/pages.ts'

const method = {
  redirect: { 'Logout Method': 'Front-Channel HTTP Redirect' },
  post: { 'Logout Method': 'Front-Channel HTTP POST' },
  soap: { 'Logout Method': 'Back-Channel' },
}

const applications: Application[] = []
test.afterEach(async () => {
  for (const one of applications.splice(0)) await one.close()
})

type Make = typeof nodeSaml | typeof pysaml2

/** An application on each library, registered in the console. */
async function prepare(page: Page, gatehouse: Gatehouse, ...all: [Make, Wants][]): Promise<Application[]> {
  await signInToConsole(page, gatehouse)
  for (const [make, wants] of all) {
    const application = await make(gatehouse, { entityId: `https://${make.name.toLowerCase()}.example.org/saml` })
    applications.push(application)
    await register(page, gatehouse, application, wants)
  }
  return applications
}

async function logOutHere(page: Page, gatehouse: Gatehouse): Promise<void> {
  await page.goto(`${gatehouse.url}/logout`)
  await button(page, 'Log out').click()
}

/** The session here is over: the next sign-in asks for the password. */
async function expectAsked(page: Page, application: Application): Promise<void> {
  await page.goto(loginAt(application))
  await expect(field(page, 'Password')).toBeVisible()
}

const begun: [Make, Binding][] = [[nodeSaml, 'redirect'], [pysaml2, 'redirect'], [pysaml2, 'post']]

for (const [make, binding] of begun) {
  test(`${make.name} begins a logout by ${binding} and accepts the answer`, async ({ page, fresh }) => {
    const [application] = await prepare(page, fresh, [make, {}])
    if (application === undefined) throw new Error('nothing was prepared')
    await signInAt(page, application, { nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' })
    await page.goto(logoutAt(application, binding))
    await expect(page.getByText('Logged out', { exact: true })).toBeVisible()
    expect((await application.state()).state).toBe('logged out')
    await expectAsked(page, application)
  })
}

const told: [Make, keyof typeof method][] = [
  [nodeSaml, 'redirect'], [nodeSaml, 'post'], [pysaml2, 'redirect'], [pysaml2, 'post'],
]

for (const [make, by] of told) {
  test(`${make.name} is told by ${by} of a logout begun here, and confirms it`, async ({ page, fresh }) => {
    const [application] = await prepare(page, fresh, [make, { choices: method[by] }])
    if (application === undefined) throw new Error('nothing was prepared')
    await signInAt(page, application)
    await logOutHere(page, fresh)
    await expect(page.getByRole('listitem').filter({ hasText: nameOf(application) })).toContainText('logged out')
    expect((await application.state()).state).toBe('logged out by the identity provider')
    await expectAsked(page, application)
  })
}

test('pysaml2 is told by SOAP, without the browser, and confirms it', async ({ page, data, ports }) => {
  // This server calls no private address unless it is allowed to.
  const gatehouse = await Gatehouse.start(ports, data, { GATEHOUSE_OUTBOUND__ALLOW: '127.0.0.0/8,::1/128' })
  try {
    const [application] = await prepare(page, gatehouse, [pysaml2, { choices: method.soap }])
    if (application === undefined) throw new Error('nothing was prepared')
    await signInAt(page, application)
    const seen: string[] = []
    page.on('request', (request) => seen.push(request.url()))
    await logOutHere(page, gatehouse)
    await expect(page.getByRole('listitem').filter({ hasText: nameOf(application) })).toContainText('logged out')
    expect(seen.filter((url) => url.startsWith(application.url))).toEqual([])
    expect((await application.state()).state).toBe('logged out by the identity provider')
  } finally {
    await gatehouse.stop()
  }
})

for (const [first, second] of [[nodeSaml, pysaml2], [pysaml2, nodeSaml]] as const) {
  test(`${second.name} is told of a logout that ${first.name} begins, which is told of its success`, async ({ page, fresh }) => {
    const [one, other] = await prepare(page, fresh, [first, {}], [second, {}])
    if (one === undefined || other === undefined) throw new Error('nothing was prepared')
    await signInAt(page, one)
    await signInAgainAt(page, other)
    await page.goto(logoutAt(one))
    await expect(page.getByText('Logged out', { exact: true })).toBeVisible()
    expect((await one.state()).state).toBe('logged out')
    expect((await other.state()).state).toBe('logged out by the identity provider')
    await expectAsked(page, other)
  })
}

for (const make of [nodeSaml, pysaml2]) {
  test(`${make.name} refuses a LogoutRequest that was changed on the way`, async ({ page, fresh }) => {
    const [application] = await prepare(page, fresh, [make, { choices: method.post }])
    if (application === undefined) throw new Error('nothing was prepared')
    await signInAt(page, application)
    await tamper(page, `${application.url}/slo`, 'SAMLRequest', (xml) => xml.replace(/NotOnOrAfter="\d{4}/, 'NotOnOrAfter="2999'))
    await logOutHere(page, fresh)
    await expect(page.getByText(/^refused:/)).toBeVisible()
    expect((await application.state()).state).toBe('signed in')
  })
}
