// The tutorial, as a person follows it: one browser, from an empty data folder to the code on the phone and out again.
import { expect, test } from '../fixtures.ts'
import { goBy, signInToConsole } from '../steps/console.ts'
import { clickatell, fillSms, nexmo } from '../steps/identity-provider.ts'
import { action, button, field, follow, link, save, status } from '../steps/pages.ts'
import { addClaim, addSmsStep, mobileClaim, registerSaml } from '../steps/service-provider.ts'
import { sampleIssuer } from '../steps/set-up.ts'
import { arrive, codeField, enterCode, enterPassword, loggedIn, logIn, logOut } from '../steps/sign-in.ts'
import { codePattern } from '../steps/sms.ts'
import { workingNumber } from '../steps/users.ts'

for (const [vendor, sms] of [['Nexmo', nexmo], ['Clickatell', clickatell]] as const) {
  test(`the walk-through, with a provider shaped like ${vendor}`, async ({ page, fresh }) => {
    await test.step('1. an identity provider', async () => {
      await signInToConsole(page, fresh)
      await goBy(page, 'Identity Providers')
      await follow(page, link(page, 'Add Identity Provider'))
      await field(page, 'Identity Provider Name').fill('SMSOTP')
    })
    await test.step('2. its SMSOTP configuration', async () => {
      await fillSms(page, sms(fresh))
      await save(page, 'Register')
      await expect(status(page)).toBeVisible()
      await expect(field(page, 'SMS URL'), 'the text stays as it was typed').toHaveValue(sms(fresh).url)
      const payload = sms(fresh).payload
      if (payload !== undefined) await expect(field(page, 'HTTP Payload')).toHaveValue(payload)
    })
    await test.step('3. a service provider', async () => {
      await goBy(page, 'Service Providers')
      await follow(page, link(page, 'Add Service Provider'))
      await field(page, 'Service Provider Name').fill('Travel')
      await save(page, 'Register')
      await registerSaml(page, { issuer: sampleIssuer, consumers: [`${fresh.sample}/saml/acs`] })
      await addClaim(page, mobileClaim)
      await save(page, 'Update')
      await addSmsStep(page, 'SMSOTP')
      await expect(field(page, 'Advanced Configuration'), 'the steps are what is used').toBeChecked()
    })
    await test.step('4. the mobile number', async () => {
      await goBy(page, 'Users and Roles', 'Users')
      const row = page.getByRole('row').filter({ has: page.getByText('admin', { exact: true }) })
      await follow(page, action(row, 'User Profile'))
      await field(page, 'Mobile').fill(workingNumber)
      await save(page, 'Update')
      await expect(field(page, 'Mobile')).toHaveValue(/\+94\s?77/)
    })
    await test.step('5. the sign-in', async () => {
      await page.goto(`${fresh.sample}/`)
      const phone = await page.context().newPage()
      await phone.goto(`${fresh.sample}/sms`)
      const messages = phone.getByText(new RegExp(codePattern.source))
      await expect(messages).toHaveCount(0)

      await logIn(page).click()
      // The console's session and the sign-in session meet in one browser: the first satisfies no step.
      await arrive(page, field(page, 'Username'))
      await enterPassword(page)
      await expect(codeField(page)).toBeVisible()
      await expect(page.getByText(/67\b/).first(), 'the number is masked but for its last digits').toBeVisible()
      await expect(page.locator('body')).not.toContainText('771234567')

      // The inbox shows it by itself.
      await expect(messages.first()).toBeVisible()
      const code = (await messages.first().innerText()).match(codePattern.source)?.[1]
      await enterCode(page, code ?? '')
      await arrive(page, loggedIn(page))
      expect(page.url().startsWith(fresh.sample)).toBe(true)
      await expect(page.getByText(mobileClaim).first()).toBeVisible()
      await expect(page.getByText(workingNumber).first()).toBeVisible()
    })
    await test.step('6. out again', async () => {
      await logOut(page)
      await expect(loggedIn(page)).toHaveCount(0)
      await logIn(page).click()
      await arrive(page, field(page, 'Username'))
      await expect(button(page, 'Sign In'), 'the sign-in session is over, too').toBeVisible()
      await page.goto(`${fresh.url}/console/users`)
      await expect(page.getByRole('navigation').first(), 'the console stays open').toBeVisible()
    })
  })
}
