// Several rows at once, and what that means for whoever signs in: identity providers, users, service providers.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import type { Gatehouse } from '../gatehouse.ts'
import { signInToConsole } from '../steps/console.ts'
import { addIdentityProvider, clickatell } from '../steps/identity-provider.ts'
import { alert, button, field, follow, link, open, status, submit } from '../steps/pages.ts'
import { addServiceProvider } from '../steps/service-provider.ts'
import { applicationName, providerName } from '../steps/set-up.ts'
import { arrive, codeField, enterCode, enterPassword, loggedIn, logIn, signIn, startAt } from '../steps/sign-in.ts'
import { addUser } from '../steps/users.ts'

const password = 'eleven grey stones'

/** Opens the list at this address, ticks rows and presses a button below them. */
async function pressFor(page: Page, gatehouse: Gatehouse, list: string, names: string[], press: string): Promise<void> {
  await open(page, `${gatehouse.url}/console/${list}`)
  // Nothing is offered before something is ticked.
  await expect(button(page, press)).toBeHidden()
  for (const name of names) await field(page, `Select ${name}`).check()
  await submit(page, button(page, press))
}

/** The row of this name says that. */
async function expectState(page: Page, name: string, state: string): Promise<void> {
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader').getByText(name, { exact: true }) })
  await expect(row.getByText(state, { exact: true })).toBeVisible()
}

for (const scripts of [true, false]) {
  test.describe(scripts ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('identity providers are disabled and enabled: meanwhile nobody passes the step', async ({ page, ready, inbox }) => {
      await signInToConsole(page, ready)
      for (const name of ['Spare', 'Third']) await addIdentityProvider(page, ready, name, clickatell(ready))
      await pressFor(page, ready, 'identity-providers', [providerName, 'Spare'], 'Disable selected')
      await expect(status(page)).toHaveText('Disabled: 2.')
      for (const [name, state] of [[providerName, 'disabled'], ['Spare', 'disabled'], ['Third', 'enabled']] as const) {
        await expectState(page, name, state)
      }

      await startAt(page, ready.sample)
      await enterPassword(page)
      await expect(alert(page)).toHaveText('Sign-in by SMS is switched off at the moment. Ask an administrator.')
      await expect(codeField(page)).toHaveCount(0)
      await button(page, `Return to ${applicationName}`).click()
      await arrive(page, page.getByText('AuthnFailed'))
      expect(await inbox.count(), 'no code is sent').toBe(0)
      await open(page, `${ready.url}/console/sign-ins`)
      await expect(page.getByRole('table', { name: 'Sign-ins' }).getByText('provider disabled')).toBeVisible()

      await pressFor(page, ready, 'identity-providers', [providerName, 'Spare'], 'Enable selected')
      await expect(status(page)).toHaveText('Enabled: 2.')
      for (const name of [providerName, 'Spare', 'Third']) await expectState(page, name, 'enabled')
      await signIn(page, ready, inbox)
    })

    test('one that is disabled while its code is awaited lets nobody in', async ({ page, ready, inbox, context }) => {
      await startAt(page, ready.sample)
      await enterPassword(page)
      await expect(codeField(page)).toBeVisible()
      const code = await inbox.next()
      const console = await context.newPage()
      await signInToConsole(console, ready)
      await pressFor(console, ready, 'identity-providers', [providerName], 'Disable selected')
      await expect(status(console)).toHaveText('Disabled: 1.')
      await enterCode(page, code)
      await expect(alert(page)).toContainText('switched off')
      await expect(loggedIn(page)).toHaveCount(0)
    })

    test('users are locked and unlocked: meanwhile they do not get in', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      const users = ['adam', 'berta', 'carl']
      for (const username of users) await addUser(page, ready, username, password)
      const signsIn = async (username: string, words: RegExp) => {
        await startAt(page, ready.sample)
        await enterPassword(page, { username, password })
        await expect(alert(page), username).toContainText(words)
      }
      await pressFor(page, ready, 'users', ['adam', 'berta'], 'Lock selected')
      await expect(status(page)).toHaveText('Locked: 2.')
      for (const [name, state] of [['adam', 'locked'], ['berta', 'locked'], ['carl', 'active']] as const) {
        await expectState(page, name, state)
      }
      await signsIn('adam', /Your account is locked/)
      // Who may sign in gets as far as the code, for which they have no number.
      await signsIn('carl', /no mobile number/)

      await pressFor(page, ready, 'users', ['adam', 'berta'], 'Unlock selected')
      await expect(status(page)).toHaveText('Unlocked: 2.')
      for (const name of users) await expectState(page, name, 'active')
      await signsIn('adam', /no mobile number/)
    })

    test('service providers are deleted after a question: they are strangers then', async ({ page, ready, context }) => {
      await signInToConsole(page, ready)
      await addServiceProvider(page, ready, 'Spare')
      await addServiceProvider(page, ready, 'Third')
      const begun = await context.newPage()
      await startAt(begun, ready.sample)

      await pressFor(page, ready, 'service-providers', [applicationName, 'Spare'], 'Delete selected')
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Delete selected service providers')
      for (const name of [applicationName, 'Spare']) await expect(page.getByRole('listitem').getByText(name, { exact: true })).toBeVisible()
      await follow(page, link(page, 'Cancel'))
      await expect(link(page, applicationName), 'nothing was deleted').toBeVisible()

      await pressFor(page, ready, 'service-providers', [applicationName, 'Spare'], 'Delete selected')
      await submit(page, button(page, 'Delete'))
      await expect(status(page)).toHaveText('Deleted: 2.')
      await expect(link(page, 'Third')).toBeVisible()
      await expect(link(page, applicationName)).toHaveCount(0)

      await enterPassword(begun)
      await expect(begun.getByRole('heading', { level: 1 }), 'a sign-in that is under way ends').toHaveText('Not found')
      await page.goto(`${ready.sample}/`)
      await logIn(page).click()
      await expect(page.getByText('This application is not registered here.')).toBeVisible()
      expect(new URL(page.url()).origin, 'the browser stays').toBe(ready.url)
    })
  })
}
