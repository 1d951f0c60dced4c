// axe on every page, light and dark: no violation of WCAG 2.2 A and AA, contrast included.
import { expect, test } from '../fixtures.ts'
import { askForBackupCode, enterBackupCode, generateBackupCodes } from '../steps/backup-codes.ts'
import { consolePages, signInToConsole, unseenPages } from '../steps/console.ts'
import { letNumbersBeEntered, toNumberPage } from '../steps/entered-number.ts'
import { clean, fits } from '../steps/look.ts'
import { openIdentityProvider, openSmsSettings } from '../steps/identity-provider.ts'
import { button, field, open, save, submit } from '../steps/pages.ts'
import { openServiceProvider } from '../steps/service-provider.ts'
import { applicationName, providerName } from '../steps/set-up.ts'
import { codeField, enterCode, enterPassword, loggedIn, startAt, arrive, toCodePage } from '../steps/sign-in.ts'
import { wrongCode } from '../steps/sms.ts'

test('no page is forgotten', () => {
  expect(unseenPages(), 'to be added to consolePages in steps/console.ts').toEqual([])
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme })

    test('the console', async ({ page, ready }) => {
      test.setTimeout(180_000)
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
      await open(page, `${address}/metadata`)
      await submit(page, button(page, 'Compare'))
      await clean(page, 'its metadata, refused')
      await field(page, 'Metadata URL').fill(`${ready.sample}/saml/metadata`)
      await submit(page, button(page, 'Compare'))
      await clean(page, 'what its metadata differs in')
    })

    test('two at one form', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      const profile = `${ready.url}/console/users/admin/profile`
      const other = await page.context().newPage()
      for (const one of [page, other]) await open(one, profile)
      await field(other, 'Department').fill('Theirs')
      await save(other, 'Update')
      await field(page, 'Department').fill('Mine, and rather a long one, '.repeat(8))
      await submit(page, button(page, 'Update'))
      await clean(page, 'what another has saved')
      await page.setViewportSize({ width: 360, height: 740 })
      await fits(page, 'what another has saved')
    })

    test('the sign-in, the sample app and the inbox', async ({ page, ready, inbox }) => {
      test.setTimeout(120_000)
      await page.goto(`${ready.sample}/`)
      await clean(page, 'the sample app')
      await page.goto(`${ready.sample}/sms`)
      await clean(page, 'the empty inbox')
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

    test('backup codes and an entered number', async ({ page, ready, inbox }) => {
      await letNumbersBeEntered(page, ready)
      await generateBackupCodes(page, ready, 'admin')
      await clean(page, 'new backup codes')
      await page.reload()
      await clean(page, 'backup codes that were shown')
      await toCodePage(page, ready, inbox)
      await askForBackupCode(page)
      await clean(page, 'a backup code')
      await enterBackupCode(page, 'ZZZZ')
      await clean(page, 'a backup code, refused')
      await toNumberPage(page, ready)
      await clean(page, 'a number')
      await submit(page, button(page, 'Send code'))
      await clean(page, 'a number, refused')
    })
  })
}

test('a narrow window scrolls in one direction only', async ({ page, ready }) => {
  test.setTimeout(120_000)
  await page.setViewportSize({ width: 360, height: 740 })
  await signInToConsole(page, ready)
  for (const where of [...consolePages, '/console/login']) {
    await open(page, ready.url + where)
    await page.locator('details').evaluateAll((all) => all.forEach((one) => one.setAttribute('open', '')))
    await fits(page, where)
  }
})
