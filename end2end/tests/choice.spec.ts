// A step with several authenticators: the user chooses, and goes back for another way.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import type { Gatehouse } from '../gatehouse.ts'
import { signInToConsole } from '../steps/console.ts'
import { deliveries, openDeliveries } from '../steps/deliveries.ts'
import { addIdentityProvider, clickatell, setPolicy } from '../steps/identity-provider.ts'
import { alert, button, field, save, submit } from '../steps/pages.ts'
import { addAuthenticator, openServiceProvider, openSteps } from '../steps/service-provider.ts'
import { applicationName, providerName } from '../steps/set-up.ts'
import { arrive, choice, codeField, enterCode, enterPassword, loggedIn, logIn, startAt } from '../steps/sign-in.ts'

const another = 'Choose another way'
const bySms = (provider: string) => `Code by SMS (${provider})`
const byPassword = 'User name and password'

/** Puts an identity provider into this step of the application, beside what it holds. */
async function offer(page: Page, gatehouse: Gatehouse, step: number, provider: string): Promise<void> {
  await openServiceProvider(page, gatehouse, applicationName)
  await openSteps(page)
  await addAuthenticator(page, step, provider)
  await save(page, 'Update')
}

async function choose(page: Page, way: string): Promise<void> {
  await submit(page, button(page, way))
  await expect(choice(page)).toHaveCount(0)
}

async function chooseAgain(page: Page): Promise<void> {
  await submit(page, button(page, another))
  await expect(choice(page)).toBeVisible()
}

for (const scripts of [true, false]) {
  test.describe(scripts ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('one provider\'s code is left for another\'s, and only that one\'s counts then', async ({ page, ready, inbox }) => {
      test.setTimeout(120_000)
      await signInToConsole(page, ready)
      await addIdentityProvider(page, ready, 'Spare', clickatell(ready))
      // The least there is: going over to another provider is a resend, and waits like one.
      for (const name of [providerName, 'Spare']) await setPolicy(page, ready, name, { 'Resend wait (seconds)': '10' })
      await offer(page, ready, 2, 'Spare')

      await startAt(page, ready.sample)
      await enterPassword(page)
      await expect(choice(page)).toBeVisible()
      expect(await page.locator('script').count()).toBe(0)
      expect(await inbox.count(), 'nothing is sent before somebody has chosen').toBe(0)
      await choose(page, bySms(providerName))
      await expect(codeField(page)).toBeVisible()
      const first = await inbox.next()

      await chooseAgain(page)
      await page.reload()
      await expect(choice(page), 'a reload stays at the choice').toBeVisible()
      await choose(page, bySms('Spare'))
      // It is sent at once only where the wait was over already.
      await expect.poll(async () => {
        if ((await inbox.count()) < 2) await submit(page, button(page, 'Resend code'))
        return inbox.count()
      }, { intervals: [1_000], timeout: 45_000 }).toBe(2)
      const second = await inbox.next()
      await enterCode(page, first)
      await expect(alert(page)).toContainText('This code is wrong')
      await enterCode(page, second)
      await arrive(page, loggedIn(page))

      await openDeliveries(page, ready)
      await expect(deliveries(page)).toHaveCount(2)
      await expect(deliveries(page).first()).toContainText('Spare')
      await expect(deliveries(page).last()).toContainText(providerName)
    })

    test('what cannot work yet is shown with its reason, and the password page leads back', async ({ page, ready, inbox }) => {
      await signInToConsole(page, ready)
      await offer(page, ready, 1, providerName)

      await page.goto(`${ready.sample}/`)
      await logIn(page).click()
      await arrive(page, choice(page))
      const closed = page.getByRole('list', { name: 'Not possible now' })
      await expect(closed).toContainText(bySms(providerName))
      await expect(closed).toContainText('once you have typed your user name and password')
      await expect(button(page, bySms(providerName))).toHaveCount(0)
      await choose(page, byPassword)
      await expect(field(page, 'Username')).toBeVisible()
      await chooseAgain(page)
      await choose(page, byPassword)
      await enterPassword(page)
      // The second step has one authenticator: there is nothing to choose.
      await expect(codeField(page)).toBeVisible()
      await expect(button(page, another)).toHaveCount(0)
      await enterCode(page, await inbox.next())
      await arrive(page, loggedIn(page))
    })
  })
}
