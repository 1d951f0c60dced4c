// The walk-through's set-up, steps 1 to 4, as the `ready` fixture has it.
import type { Page } from '@playwright/test'
import type { Gatehouse } from '../gatehouse.ts'
import { signInToConsole } from './console.ts'
import { addIdentityProvider, nexmo, type Sms } from './identity-provider.ts'
import { save } from './pages.ts'
import { addClaim, addServiceProvider, addSmsStep, mobileClaim, registerSaml } from './service-provider.ts'
import { setMobile, workingNumber } from './users.ts'

export const providerName = 'SMSOTP'
export const applicationName = 'Travel'
/** The sample app's own, by default. */
export const sampleIssuer = 'travelocity.com'

/** Registers an application that asks for password and code. */
export async function addApplication(
  page: Page,
  gatehouse: Gatehouse,
  application: { name: string; issuer: string; consumers: string[] },
): Promise<void> {
  await addServiceProvider(page, gatehouse, application.name)
  await registerSaml(page, application)
  await addClaim(page, mobileClaim)
  await save(page, 'Update')
  await addSmsStep(page, providerName)
}

export async function setUp(page: Page, gatehouse: Gatehouse, sms: Sms = nexmo(gatehouse)): Promise<void> {
  await signInToConsole(page, gatehouse)
  await addIdentityProvider(page, gatehouse, providerName, sms)
  await addApplication(page, gatehouse, {
    name: applicationName,
    issuer: sampleIssuer,
    consumers: [`${gatehouse.sample}/saml/acs`, `${gatehouse.sampleElsewhere}/saml/acs`],
  })
  await setMobile(page, gatehouse, 'admin', workingNumber)
}
