// The sample app asks all that a service provider may ask: every scenario, against a service provider set up by hand and
// against one whose certificate is registered, with scripts and without.
import { readFile } from 'node:fs/promises'
import { expect, test } from '../fixtures.ts'
import { signInToConsole } from '../steps/console.ts'
import { clean } from '../steps/look.ts'
import { action, button, link } from '../steps/pages.ts'
import {
  comeBack, expectVerdict, follow, lookAgain, nameByEmail, openProbe, refusals, refuse, registerCertificate, verdicts,
} from '../steps/probe.ts'
import { loggedIn, logIn } from '../steps/sign-in.ts'

test.describe.configure({ timeout: 180_000 })

test('everything, where the service provider was set up by hand', async ({ page, ready, inbox }) => {
  await nameByEmail(page, ready)
  await openProbe(page, ready)
  await test.step('the sign-ins', async () => {
    await button(page, 'Run all').click()
    expect(await follow(page, inbox), 'at the beginning and for ForceAuthn').toBe(2)
    const signIns = Object.entries(await verdicts(page)).slice(0, 13)
    for (const [scenario, verdict] of signIns) {
      expect.soft(verdict, scenario).toBe(scenario === 'Encrypted assertion' ? 'Needs you' : 'Passed')
    }
    await expect(page.getByRole('status').first()).toContainText('Everything but the logout has been asked')
  })
  await test.step('the refusals', async () => {
    const answered = ['Redirect, unsigned', 'POST, unsigned', 'Wrong signature', 'Logout with a wrong NameID']
    for (const scenario of refusals.filter((one) => !answered.includes(one))) await refuse(page, scenario)
    // No certificate is registered: these are taken.
    for (const scenario of answered.slice(0, 3)) await comeBack(page, inbox, scenario)
    await lookAgain(page, ready)
    for (const scenario of refusals.filter((one) => !answered.includes(one))) {
      await expectVerdict(page, scenario, 'Passed', /Nothing came back, as it should/)
    }
    for (const scenario of answered.slice(0, 2)) await expectVerdict(page, scenario, 'Passed', /not demanded/)
    await expectVerdict(page, 'Wrong signature', 'Needs you', /no certificate of the sample app is registered/)
  })
  await test.step('a LogoutRequest that names somebody else and cannot be verified is asked about', async () => {
    const tab = page.context().waitForEvent('page')
    await button(page, 'Run: Logout with a wrong NameID').click()
    const other = await tab
    await expect(action(other, 'Log out').or(action(other, 'Logout')).first()).toBeVisible()
    await other.close()
    await lookAgain(page, ready)
    await expectVerdict(page, 'Logout with a wrong NameID', 'Needs you', /asks whether to log out/)
    const again = page.context().waitForEvent('page')
    await button(page, 'Finish: Logout with a wrong NameID').click()
    const finished = await again
    await follow(finished, inbox)
    await finished.close()
    await lookAgain(page, ready)
    await expectVerdict(page, 'Logout with a wrong NameID', 'Passed', /still there/)
  })
  await test.step('the logout, last', async () => {
    await button(page, 'Go on with the logout').click()
    expect(await follow(page, inbox), 'for the logout by POST').toBe(1)
    for (const scenario of ['Logout by Redirect', 'IsPassive without a session', 'Logout by POST']) {
      await expectVerdict(page, scenario, 'Passed')
    }
    expect(Object.values(await verdicts(page))).not.toContain('Failed')
    expect(Object.values(await verdicts(page))).not.toContain('Not run')
    await expect(page.getByRole('status').first()).toContainText('0 failed')
  })
  await test.step('the report', async () => {
    const download = page.waitForEvent('download')
    await link(page, 'Download report').click()
    const report = await readFile(await (await download).path(), 'utf8')
    expect(report).toContain(`Identity provider:  ${ready.url}/identity/metadata/saml2`)
    expect(report).toContain('[Passed] Logout by POST')
    expect(report).toContain('0 failed')
    for (const secret of ['+9477', 'SAMLRequest', '<saml']) expect(report).not.toContain(secret)
  })
  await page.goto(`${ready.sample}/`)
  await expect(logIn(page), 'the probe signs nobody in at the sample').toBeVisible()
  await expect(loggedIn(page)).toHaveCount(0)
})

test('with the certificate registered, signatures demanded and assertions encrypted', async ({ page, ready, inbox }) => {
  await nameByEmail(page, ready)
  await registerCertificate(page, ready, {
    boxes: ['Enable Signature Validation in Authentication Requests and Logout Requests', 'Enable Assertion Encryption'],
  })
  await openProbe(page, ready)
  await button(page, 'Run all').click()
  await follow(page, inbox)
  await expectVerdict(page, 'Redirect, signed', 'Passed', /Assertion encrypted\s*yes, aes256-gcm and rsa-oaep/)
  await expectVerdict(page, 'POST, signed', 'Passed')
  await expectVerdict(page, 'Encrypted assertion', 'Passed', /decrypted/)
  for (const scenario of refusals.slice(0, -1)) await refuse(page, scenario)
  await comeBack(page, inbox, 'Logout with a wrong NameID')
  await lookAgain(page, ready)
  for (const scenario of ['Redirect, unsigned', 'POST, unsigned']) {
    await expectVerdict(page, scenario, 'Passed', /without a signature are refused/)
  }
  await expectVerdict(page, 'Wrong signature', 'Passed', /as it should/)
  await expectVerdict(page, 'Logout with a wrong NameID', 'Passed', /still there/)
  await button(page, 'Go on with the logout').click()
  await follow(page, inbox)
  expect(Object.values(await verdicts(page))).not.toContain('Failed')
  expect(Object.values(await verdicts(page))).not.toContain('Not run')
})

test('a request that is refused stops the walk, and it can be taken up again', async ({ page, ready }) => {
  // As after a new start of the sample app: the certificate that is registered is not that of its key.
  await signInToConsole(page, ready)
  await registerCertificate(page, ready, { metadata: `${ready.url}/identity/metadata/saml2` })
  await openProbe(page, ready)
  await button(page, 'Run all').click()
  for (const scenario of ['Redirect, signed', 'POST, signed']) {
    await expect(page.getByText(/case( number)?\W+[\w-]{4,}/i).first(), 'a page of the identity server').toBeVisible()
    await lookAgain(page, ready)
    await expectVerdict(page, scenario, 'Needs you', /Nothing came back.*case number/)
    await expect(page.getByRole('status').first()).toContainText(`No answer has come to: ${scenario}`)
    await button(page, 'Go on').click()
  }
  await lookAgain(page, ready)
  await button(page, 'Stop').click()
  await expect(page.getByRole('status').first()).toContainText('22 not run')
  await expect(button(page, 'Go on')).toHaveCount(0)
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('a button stands between any two visits', async ({ page, ready, inbox }) => {
    await nameByEmail(page, ready)
    await openProbe(page, ready)
    await button(page, 'Run all').click()
    await expect(button(page, 'Go on')).toBeVisible()
    expect(await follow(page, inbox)).toBe(2)
    await refuse(page, 'An old request')
    await lookAgain(page, ready)
    await button(page, 'Go on with the logout').click()
    await follow(page, inbox)
    const all = await verdicts(page)
    expect(Object.values(all)).not.toContain('Failed')
    for (const scenario of ['Redirect, signed', 'POST, signed', 'An old request', 'Logout by Redirect', 'Logout by POST']) {
      expect(all[scenario], scenario).toBe('Passed')
    }
  })
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme })

    test('the page is accessible, and narrow windows scroll in one direction only', async ({ page, ready, inbox }) => {
      await openProbe(page, ready)
      await clean(page, 'before')
      await button(page, 'Run all').click()
      await follow(page, inbox)
      await refuse(page, 'An old request')
      await lookAgain(page, ready)
      await page.locator('details').first().locator('summary').click()
      await clean(page, 'with outcomes')
      await keep('wide')
      await page.setViewportSize({ width: 360, height: 740 })
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      expect(wide).toBeLessThanOrEqual(0)
      await clean(page, 'narrow')
      await keep('narrow')

      // For whoever wants to look: PROBE_PICTURES names a folder.
      async function keep(what: string) {
        const folder = process.env.PROBE_PICTURES
        if (folder) await page.screenshot({ path: `${folder}/probe-${colorScheme}-${what}.png`, fullPage: true })
      }
    })
  })
}
