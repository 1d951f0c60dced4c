// axe on every page, light and dark: no violation of WCAG 2.2 A and AA, contrast included.
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import { consolePages, signInToConsole } from '../steps/console.ts'
import { openIdentityProvider, openSmsSettings } from '../steps/identity-provider.ts'
import { button, field, open, submit } from '../steps/pages.ts'
import { openSaml, openServiceProvider, openSteps } from '../steps/service-provider.ts'
import { applicationName, providerName } from '../steps/set-up.ts'
import { codeField, enterCode, enterPassword, loggedIn, startAt, arrive } from '../steps/sign-in.ts'
import { wrongCode } from '../steps/sms.ts'

async function clean(page: Page, what: string) {
  // Everything that folds is looked at, too.
  await page.locator('details').evaluateAll((all) => all.forEach((one) => one.setAttribute('open', '')))
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  const told = violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary ?? ''}`))
  expect.soft(told, what).toEqual([])
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme })

    test('the console', async ({ page, ready }) => {
      test.setTimeout(120_000)
      await open(page, `${ready.url}/console/login`)
      await clean(page, 'sign-in')
      await submit(page, button(page, 'Sign In'))
      await clean(page, 'sign-in, refused')
      await signInToConsole(page, ready)
      for (const where of consolePages) {
        await open(page, ready.url + where)
        await clean(page, where)
      }
      await openIdentityProvider(page, ready, providerName)
      await openSmsSettings(page)
      await clean(page, 'an identity provider')
      await field(page, 'SMS URL').fill('not an address')
      await submit(page, button(page, 'Update'))
      await clean(page, 'an identity provider with a problem')
      const address = await openServiceProvider(page, ready, applicationName)
      await clean(page, 'a service provider')
      await openSaml(page)
      await clean(page, 'its SAML settings')
      await open(page, address)
      await openSteps(page)
      await clean(page, 'its steps')
    })

    test('the sign-in, the sample app and the inbox', async ({ page, ready, inbox }) => {
      test.setTimeout(120_000)
      await page.goto(`${ready.sample}/`)
      await clean(page, 'the sample app')
      await startAt(page, ready.sample)
      await clean(page, 'password')
      await enterPassword(page, { password: 'not this one 12' })
      await clean(page, 'password, refused')
      await enterPassword(page)
      await expect(codeField(page)).toBeVisible()
      const code = await inbox.next()
      await clean(page, 'code')
      for (let i = 0; i < 4; i++) await enterCode(page, wrongCode(code))
      await clean(page, 'code, refused')
      await enterCode(page, code)
      await arrive(page, loggedIn(page))
      await clean(page, 'logged in')
      await page.goto(`${ready.sample}/sms`)
      await clean(page, 'the inbox')
      await page.goto(`${ready.url}/samlsso?SAMLRequest=rubbish`)
      await clean(page, 'a refused request')
      await page.goto(`${ready.url}/nowhere`)
      await clean(page, 'a page that is not there')
      // Lists are looked at with rows, too.
      await signInToConsole(page, ready)
      for (const where of ['/console/deliveries', '/console/sign-ins', '/console/audit']) {
        await open(page, ready.url + where)
        await expect(page.getByRole('row').nth(1)).toBeVisible()
        await clean(page, `${where} with rows`)
      }
    })
  })
}

test('a narrow window scrolls in one direction only', async ({ page, ready }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await signInToConsole(page, ready)
  for (const where of [...consolePages, '/console/login']) {
    await open(page, ready.url + where)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect.soft(wide, where).toBeLessThanOrEqual(0)
  }
})
