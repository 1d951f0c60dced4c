// The service provider's forms with wrong input: the field's own message, and nothing of what was typed is lost.
import { expect, test } from '../fixtures.ts'
import { signInToConsole } from '../steps/console.ts'
import { alert, button, expectProblem, field, open, submit } from '../steps/pages.ts'
import {
  addClaim, addConsumerUrl, addServiceProvider, consumerUrls, mobileClaim, newServiceProvider, openSaml, openServiceProvider, openSteps,
  registerSaml, step,
} from '../steps/service-provider.ts'
import { applicationName, providerName, sampleIssuer } from '../steps/set-up.ts'

for (const scripts of [true, false]) {
  test.describe(scripts ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('the name: missing, taken, too long', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      for (const [name, words] of [['', /\S/], [applicationName, /Another service provider has this name/], ['n'.repeat(300), /long|characters/i]] as const) {
        await newServiceProvider(page, ready)
        await field(page, 'Service Provider Name').fill(name)
        await field(page, 'Description').fill('What was typed stays')
        await submit(page, button(page, 'Register'))
        await expectProblem(page, 'Service Provider Name', words)
        await expect(field(page, 'Service Provider Name')).toHaveValue(name)
        await expect(field(page, 'Description')).toHaveValue('What was typed stays')
      }
    })

    test('SAML: no issuer, an issuer that is taken, an address that is none', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      await addServiceProvider(page, ready, 'Other')
      await openSaml(page)
      await addConsumerUrl(page, 'https://other.example.org/acs')
      await field(page, 'Enable Response Signing').check()
      for (const [issuer, words] of [['', /\S/], [sampleIssuer, new RegExp(`“${applicationName}” has this issuer`)]] as const) {
        await field(page, 'Issuer').fill(issuer)
        await submit(page, button(page, 'Register'))
        await expectProblem(page, 'Issuer', words)
        await expect(field(page, 'Issuer')).toHaveValue(issuer)
        await expect(field(page, 'Enable Response Signing')).toBeChecked()
        await expect(consumerUrls(page).first()).toHaveValue('https://other.example.org/acs')
      }
      await field(page, 'Issuer').fill('urn:other')
      await consumerUrls(page).first().fill('not an address')
      await submit(page, button(page, 'Register'))
      await expectProblem(page, 'Assertion Consumer URLs', /white space/)
      await expect(alert(page)).toContainText('Assertion Consumer URL')
      await expect(consumerUrls(page).first()).toHaveValue('not an address')
      await expect(field(page, 'Issuer')).toHaveValue('urn:other')
    })

    test('the same authenticator twice in a step is refused', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      await openServiceProvider(page, ready, applicationName)
      await openSteps(page)
      const second = step(page, 2)
      await field(second, 'Federated Authenticators').last().selectOption({ label: providerName })
      await button(second, 'Add Authenticator').last().click()
      if (!(await alert(page).isVisible())) await submit(page, button(page, 'Update'))
      await expect(alert(page)).toContainText(/twice|already|once/i)
    })
  })
}

test('claims and boxes are there again after saving', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await addServiceProvider(page, ready, 'Other')
  await registerSaml(page, { issuer: 'urn:other', consumers: ['https://a.example.org/acs', 'https://b.example.org/acs'] })
  await addClaim(page, mobileClaim)
  await submit(page, button(page, 'Update'))
  await openServiceProvider(page, ready, 'Other')
  await openSaml(page)
  const values = await consumerUrls(page).evaluateAll((inputs) =>
    inputs.map((input) => (input as HTMLInputElement).value).filter(Boolean))
  expect(values).toEqual(['https://a.example.org/acs', 'https://b.example.org/acs'])
  await expect(field(page, 'Enable Attribute Profile')).toBeChecked()
  await expect(field(page, 'Enable Signature Validation in Authentication Requests and Logout Requests')).not.toBeChecked()
})

test('an address of a service provider that is not there', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  const answer = await page.goto(`${ready.url}/console/service-providers/999999`)
  expect(answer?.status()).toBe(404)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await open(page, `${ready.url}/console/service-providers`)
})
