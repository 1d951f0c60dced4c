// Signing in to service providers that we did not write, on two libraries at their strictest. Each learns this identity
// provider from its metadata, and checks both signatures, audience, recipient, times and its own request.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import type { Gatehouse } from '../gatehouse.ts'
import { type Application, loginAt, type Options } from '../interop/application.ts'
import { nodeSaml } from '../interop/node-saml.ts'
import { pysaml2 } from '../interop/pysaml2.ts'
import { signInToConsole } from '../steps/console.ts'
import { register, signInAgainAt, signInAt, tamper, type Wants } from '../steps/interop.ts'
import { field, save } from '../steps/pages.ts'
import { site } from '../steps/saml.ts'
import { enterPassword } from '../steps/sign-in.ts'
import { giveNewRole, openProfile } from '../steps/users.ts'

const entityId = 'https://strict.example.org/saml'
const email = 'http://wso2.org/claims/emailaddress'
const role = 'http://wso2.org/claims/role'

const passwordContext = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'
const format = {
  email: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  transient: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
}

for (const make of [nodeSaml, pysaml2]) {
  test.describe(make.name, () => {
    let application: Application
    test.afterEach(() => application.close())

    /** An application of this library, registered in the console, and an administrator signed in there. */
    const prepare = async (page: Page, gatehouse: Gatehouse, wants: Wants = {}, options: Partial<Options> = {}) => {
      application = await make(gatehouse, { entityId, ...options })
      await signInToConsole(page, gatehouse)
      await register(page, gatehouse, application, wants)
    }

    const setEmail = async (page: Page, gatehouse: Gatehouse, address: string) => {
      await openProfile(page, gatehouse, 'admin')
      await field(page, 'Email').fill(address)
      await save(page, 'Update')
    }

    test('accepts the answer to its signed request by Redirect, with attributes of one and of several values', async ({ page, fresh }) => {
      await prepare(page, fresh, { claims: [email, role] })
      await giveNewRole(page, fresh, 'admin', 'travel & "agents"')
      await setEmail(page, fresh, 'admin@example.org')
      // No space: node-saml signs it as %20 and sends it as +.
      const relayState = '/travel?to=caf\u00e9&day=1+2%20#here'
      const state = await signInAt(page, application, { relayState })
      expect(state).toMatchObject({
        issuer: `${fresh.url}/identity/metadata/saml2`,
        nameId: 'admin',
        context: passwordContext,
        relayState,
        encrypted: false,
        signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
        digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
      })
      expect(state.sessionIndex).not.toBe('')
      expect(state.attributes[email]).toEqual(['admin@example.org'])
      expect(state.attributes[role]?.toSorted()).toEqual(['admin', 'travel & "agents"'])
    })

    test('accepts an encrypted assertion in the answer to its signed request by POST', async ({ page, fresh }) => {
      await prepare(page, fresh, { claims: [role], encrypted: true })
      const state = await signInAt(page, application, { binding: 'post', relayState: 'by-post' })
      expect(state).toMatchObject({ nameId: 'admin', encrypted: true, relayState: 'by-post', attributes: { [role]: ['admin'] } })
    })

    test('accepts RSA-SHA512 with SHA-512, and AES-128-GCM', async ({ page, fresh }) => {
      await prepare(page, fresh, {
        encrypted: true,
        choices: {
          'Response Signing Algorithm': 'RSA-SHA512',
          'Response Digest Algorithm': 'SHA-512',
          'Assertion Encryption Algorithm': 'AES-128-GCM',
        },
      })
      expect(await signInAt(page, application)).toMatchObject({
        encrypted: true,
        signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
        digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha512',
      })
    })

    test('gets a new authentication where it asks for one, and none where it does not', async ({ page, fresh }) => {
      await prepare(page, fresh)
      const first = await signInAt(page, application)
      const again = await signInAgainAt(page, application)
      expect(again.authnInstant).toBe(first.authnInstant)
      expect(again.sessionIndex, 'one session has one name').toBe(first.sessionIndex)
      const forced = await signInAt(page, application, { force: true })
      expect(Date.parse(forced.authnInstant)).toBeGreaterThan(Date.parse(first.authnInstant))
    })

    test('gets the NameID in the format it asks for', async ({ page, fresh }) => {
      await prepare(page, fresh)
      await setEmail(page, fresh, 'admin@example.org')
      const qualifiers = { nameQualifier: `${fresh.url}/identity/metadata/saml2`, spNameQualifier: entityId }
      const first = await signInAt(page, application, { nameIdFormat: format.persistent })
      expect(first).toMatchObject({ nameIdFormat: format.persistent, ...qualifiers })
      expect(first.nameId).not.toContain('admin')
      const second = await signInAgainAt(page, application, { nameIdFormat: format.persistent })
      expect(second.nameId, 'the same for the same person').toBe(first.nameId)
      const passing = await signInAgainAt(page, application, { nameIdFormat: format.transient })
      expect(passing.nameIdFormat).toBe(format.transient)
      const next = await signInAgainAt(page, application, { nameIdFormat: format.transient })
      expect(next.nameId, 'another each time').not.toBe(passing.nameId)
      const mail = await signInAgainAt(page, application, { nameIdFormat: format.email })
      expect(mail).toMatchObject({ nameIdFormat: format.email, nameId: 'admin@example.org' })
    })

    test('refuses what was changed on the way', async ({ page, fresh }) => {
      await prepare(page, fresh, { claims: [role] })
      const before = await signInAt(page, application)
      for (const [what, change] of [
        ['the name', (xml: string) => xml.replace('>admin</', '>owner</')],
        ['an attribute', (xml: string) => xml.replace(/(AttributeValue[^>]*>)admin</, '$1owner<')],
        ['where the answer was sent to', (xml: string) => xml.replace(/Destination="[^"]*"/, 'Destination="https://other.example.org/acs"')],
        ['without the response\'s signature', (xml: string) => xml.replace(/<(\w+:)?Signature[ >].*?<\/(\w+:)?Signature>/s, '')],
        ['without any signature', (xml: string) => xml.replace(/<(\w+:)?Signature[ >].*?<\/(\w+:)?Signature>/gs, '')],
      ] as const) {
        await tamper(page, `${application.url}/acs`, 'SAMLResponse', change)
        await page.goto(loginAt(application))
        await expect(page.getByText(/^refused:/), what).toBeVisible()
      }
      expect(await application.state(), 'what it has accepted before').toEqual(before)
      await signInAgainAt(page, application)
    })

    test('is refused here with a request that is not signed', async ({ page, fresh }) => {
      await prepare(page, fresh, {}, { signRequests: false })
      const answer = await page.goto(loginAt(application))
      expect(answer?.status()).toBeGreaterThanOrEqual(400)
      expect(new URL(page.url()).origin, 'nothing is sent anywhere').toBe(fresh.url)
      await expect(field(page, 'Username')).toHaveCount(0)
    })
  })
}

test.describe('only its own', () => {
  let application: Application
  test.afterEach(() => application.close())

  test('node-saml refuses an assertion for another audience', async ({ page, fresh }) => {
    application = await nodeSaml(fresh, { entityId, audience: 'https://other.example.org' })
    await signInToConsole(page, fresh)
    await register(page, fresh, application)
    await page.goto(loginAt(application))
    await enterPassword(page)
    await expect(page.getByText(/^refused:.*audience/i)).toBeVisible()
    expect((await application.state()).state).toBe('nobody')
  })

  test('pysaml2 refuses a response that it has not asked for', async ({ page, fresh }) => {
    application = await pysaml2(fresh, { entityId })
    await signInToConsole(page, fresh)
    await register(page, fresh, application, { boxes: ['Enable IdP Initiated SSO'] })
    await page.goto(`${fresh.url}/samlsso?spEntityID=${encodeURIComponent(entityId)}`)
    await enterPassword(page)
    await expect(page.getByText(/^refused: Unsolicited/)).toBeVisible()
    expect((await application.state()).state).toBe('nobody')
  })
})

test('pysaml2 refuses metadata that was changed on the way', async ({ fresh }) => {
  const text = await (await fetch(`${fresh.url}/identity/metadata/saml2`)).text()
  const changed = text.replaceAll('/samlsso"', '/elsewhere"')
  expect(changed).not.toBe(text)
  const elsewhere = await site('localhost', (request, _, response) => {
    response.setHeader('content-type', 'application/samlmetadata+xml')
    response.end(request.url === '/changed' ? changed : text)
  })
  try {
    const application = await pysaml2(fresh, { entityId, metadata: `${elsewhere.url}/unchanged` })
    await application.close()
    await expect(pysaml2(fresh, { entityId, metadata: `${elsewhere.url}/changed` })).rejects.toThrow(/[Ss]ignature/)
  } finally {
    await elsewhere.close()
  }
})
