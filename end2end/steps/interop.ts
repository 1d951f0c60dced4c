// Making an application on somebody else's library known here, and going to and fro between the two.
import { expect, type Page } from '@playwright/test'
import { type Application, type Login, loginAt, type State } from '../interop/application.ts'
import type { Gatehouse } from '../gatehouse.ts'
import { save } from './pages.ts'
import { addClaim, addServiceProvider, registerSaml } from './service-provider.ts'
import { arrive, enterPassword } from './sign-in.ts'

const signed = 'Enable Signature Validation in Authentication Requests and Logout Requests'

/** What is asked for beyond both signatures, attributes and signed requests. */
export type Wants = { claims?: string[]; encrypted?: boolean; boxes?: string[]; choices?: Record<string, string> }

/** The name under which the console and the sign-in pages know it. */
export const nameOf = (application: Application): string => `Application on ${application.library}`

/** Registers an application through the form, by labels. The place for another way, such as importing its `/metadata`. */
export async function register(page: Page, gatehouse: Gatehouse, application: Application, wants: Wants = {}): Promise<void> {
  const { claims = [], encrypted = false, boxes = [], choices = {} } = wants
  await addServiceProvider(page, gatehouse, nameOf(application))
  const back = choices['Logout Method'] === 'Back-Channel' ? application.soap : undefined
  await registerSaml(page, {
    issuer: application.entityId,
    consumers: [`${application.url}/acs`],
    boxes: [
      'Enable Response Signing', 'Enable Single Logout', 'Enable Attribute Profile', 'Include Attributes in the Response Always',
      signed, ...(encrypted ? ['Enable Assertion Encryption'] : []), ...boxes,
    ],
    fields: {
      Certificate: application.certificate,
      'SLO Response URL': `${application.url}/slo`,
      'SLO Request URL': back ?? `${application.url}/slo`,
    },
    choices,
  })
  if (claims.length === 0) return
  for (const claim of claims) await addClaim(page, claim)
  await save(page, 'Update')
}

/** Begins a sign-in there and types the password here; gives what the library accepted. */
export async function signInAt(page: Page, application: Application, login: Login = {}): Promise<State> {
  await page.goto(loginAt(application, login))
  await expect(page.getByText(nameOf(application)).first()).toBeVisible()
  await enterPassword(page)
  return welcomed(page, application)
}

/** Begins a sign-in there while the session here lives: nothing is asked. */
export async function signInAgainAt(page: Page, application: Application, login: Login = {}): Promise<State> {
  await page.goto(loginAt(application, login))
  return welcomed(page, application)
}

async function welcomed(page: Page, application: Application): Promise<State> {
  await arrive(page, page.getByText(/^(Welcome|refused:)/))
  await expect(page.getByText(/^Welcome/), 'the library accepts it').toBeVisible()
  return application.state()
}

/** Changes the message in a form on its way to the application, once. */
export async function tamper(page: Page, address: string, field: 'SAMLResponse' | 'SAMLRequest', change: (xml: string) => string): Promise<void> {
  await page.route(
    address,
    async (route) => {
      const form = new URLSearchParams(route.request().postData() ?? '')
      const before = Buffer.from(form.get(field) ?? '', 'base64').toString()
      const after = change(before)
      expect(after, 'the change hits something').not.toBe(before)
      form.set(field, Buffer.from(after).toString('base64'))
      await route.continue({ postData: form.toString() })
    },
    { times: 1 },
  )
}
