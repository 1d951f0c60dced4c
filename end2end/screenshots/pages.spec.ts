// Every page, light, dark and 360 px wide, into target/screenshots.
import type { Page } from '@playwright/test'
import { fileURLToPath } from 'node:url'
import { test } from '../fixtures.ts'
import { consolePages, signInToConsole } from '../steps/console.ts'
import { openIdentityProvider, openSmsSettings } from '../steps/identity-provider.ts'
import { button, field, open, submit } from '../steps/pages.ts'
import { openSaml, openServiceProvider, openSteps } from '../steps/service-provider.ts'
import { applicationName, providerName } from '../steps/set-up.ts'
import { arrive, enterCode, enterPassword, loggedIn, startAt, toCodePage } from '../steps/sign-in.ts'
import { wrongCode } from '../steps/sms.ts'

const folder = fileURLToPath(new URL('../../target/screenshots', import.meta.url))

for (const [look, use] of [
  ['light', { colorScheme: 'light', viewport: { width: 1360, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1360, height: 900 } }],
  ['narrow', { colorScheme: 'light', viewport: { width: 360, height: 740 } }],
] as const) {
  test.describe(look, () => {
    test.use(use)

    const picture = (page: Page, name: string) => page.screenshot({ path: `${folder}/${look}/${name}.png`, fullPage: true })

    test('the console', async ({ page, ready }) => {
      await open(page, `${ready.url}/console/login`)
      await picture(page, 'console-sign-in')
      await signInToConsole(page, ready)
      for (const where of consolePages) {
        await open(page, ready.url + where)
        await picture(page, where.replace('/console/', '').replaceAll('/', '-'))
      }
      await openIdentityProvider(page, ready, providerName)
      await openSmsSettings(page)
      await picture(page, 'identity-provider')
      await field(page, 'SMS URL').fill('not an address')
      await submit(page, button(page, 'Update'))
      await picture(page, 'identity-provider-problem')
      const address = await openServiceProvider(page, ready, applicationName)
      await picture(page, 'service-provider')
      await openSaml(page)
      await picture(page, 'service-provider-saml')
      await open(page, address)
      await openSteps(page)
      await picture(page, 'service-provider-steps')
    })

    test('the sign-in and the sample app', async ({ page, ready, inbox }) => {
      await page.goto(`${ready.sample}/`)
      await picture(page, 'sample')
      await startAt(page, ready.sample)
      await picture(page, 'sign-in-password')
      await enterPassword(page, { password: 'not this one 12' })
      await picture(page, 'sign-in-password-refused')
      const code = await toCodePage(page, ready, inbox)
      await picture(page, 'sign-in-code')
      await enterCode(page, wrongCode(code))
      await picture(page, 'sign-in-code-refused')
      await enterCode(page, code)
      await arrive(page, loggedIn(page))
      await picture(page, 'sample-logged-in')
      await page.goto(`${ready.sample}/sms`)
      await picture(page, 'sms-inbox')
      await page.goto(`${ready.url}/samlsso?SAMLRequest=rubbish`)
      await picture(page, 'refused-request')
      await page.context().clearCookies()
      const again = await toCodePage(page, ready, inbox)
      for (let i = 0; i < 5; i++) await enterCode(page, wrongCode(again))
      await picture(page, 'sign-in-ended')
      await signInToConsole(page, ready)
      for (const log of ['deliveries', 'sign-ins', 'audit']) {
        await open(page, `${ready.url}/console/${log}`)
        await picture(page, `${log}-with-rows`)
      }
    })
  })
}
