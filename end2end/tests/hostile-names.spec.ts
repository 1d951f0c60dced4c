// Names that are markup, scripts, right-to-left, pictures or very long: text wherever they stand, and no page breaks.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import { signInToConsole } from '../steps/console.ts'
import { addIdentityProvider, nexmo, openIdentityProvider } from '../steps/identity-provider.ts'
import { alert, field, open, save } from '../steps/pages.ts'
import {
  addClaim, addServiceProvider, addSmsStep, mobileClaim, openServiceProvider, registerSaml,
} from '../steps/service-provider.ts'
import { sampleIssuer } from '../steps/set-up.ts'
import { arrive, codeField, enterCode, enterPassword, loggedIn, startAt } from '../steps/sign-in.ts'
import { Inbox } from '../steps/sms.ts'
import { openProfile, workingNumber } from '../steps/users.ts'

const organizationClaim = 'http://wso2.org/claims/organization'

/** Expects that the page holds `name` as text or as a control's value, unharmed and with room for it. */
async function holds(page: Page, name: string) {
  const where = new URL(page.url()).pathname
  await page.locator('details').evaluateAll((all) => all.forEach((one) => one.setAttribute('open', '')))
  const found = await page.evaluate((name) => {
    const values = [...document.querySelectorAll<HTMLInputElement>('input, textarea')].map((control) => control.value)
    const options = [...document.querySelectorAll('option')].map((option) => option.label)
    return [document.body.innerText, ...values, ...options].some((text) => text.includes(name))
  }, name)
  expect.soft(found, `${where} shows it`).toBe(true)
  await harmless(page)
}

async function harmless(page: Page) {
  const where = new URL(page.url()).pathname
  expect.soft(await page.title(), where).not.toBe('owned')
  expect.soft(await page.locator('#owned').count(), `${where}: it became markup`).toBe(0)
  const wide = await page.viewportSize()
  await page.setViewportSize({ width: 360, height: 740 })
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect.soft(over, `${where} fits a narrow window`).toBeLessThanOrEqual(0)
  if (wide) await page.setViewportSize(wide)
}

for (const [what, name] of [
  ['a script', `</textarea><script id=owned>document.title='owned'</script>`],
  ['markup in an attribute', `"><b id=owned onclick='x'>&amp;&lt;`],
  ['right-to-left', 'שער ראשי \u202egnol\u202c، بوابة'],
  ['pictures', '👩‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿 e\u0301\u0302 ﷽'],
  ['100 characters without a break', 'W'.repeat(100)],
] as const) {
  test(`a name that is ${what}`, async ({ page, fresh }) => {
    test.setTimeout(120_000)
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))

    await signInToConsole(page, fresh)
    await addIdentityProvider(page, fresh, name, nexmo(fresh))
    await holds(page, name)
    await field(page, 'Display Name').fill(name)
    await field(page, 'Description').fill(name)
    await save(page, 'Update')
    await openIdentityProvider(page, fresh, name)
    const identityProvider = page.url()
    await holds(page, name)

    const serviceProvider = await addServiceProvider(page, fresh, name)
    await registerSaml(page, { issuer: sampleIssuer, consumers: [`${fresh.sample}/saml/acs`] })
    for (const claim of [mobileClaim, organizationClaim]) await addClaim(page, claim)
    await field(page, 'Description').fill(name)
    await save(page, 'Update')
    await addSmsStep(page, name)

    await openProfile(page, fresh, 'admin')
    for (const label of ['First Name', 'Last Name', 'Organization', 'Address']) await field(page, label).fill(name)
    await field(page, 'Mobile').fill(workingNumber)
    await save(page, 'Update')
    for (const label of ['First Name', 'Organization']) await expect(field(page, label)).toHaveValue(name)
    await holds(page, name)

    const inbox = new Inbox(fresh)
    await startAt(page, fresh.sample)
    await holds(page, name)
    await enterPassword(page)
    await expect(codeField(page)).toBeVisible()
    await holds(page, name)
    await enterCode(page, await inbox.next())
    await arrive(page, loggedIn(page))
    await holds(page, name)

    for (const where of [
      `${fresh.url}/console/identity-providers`,
      `${identityProvider}/delete`,
      `${fresh.url}/console/service-providers`,
      `${serviceProvider}/saml`,
      `${serviceProvider}/authentication-steps`,
      `${serviceProvider}/delete`,
      `${fresh.url}/console/users`,
      `${fresh.url}/console/deliveries`,
      `${fresh.url}/console/sign-ins`,
      `${fresh.url}/console/audit`,
    ]) {
      await open(page, where)
      await holds(page, name)
    }
    await openServiceProvider(page, fresh, name)
    await holds(page, name)
    await open(page, `${fresh.url}/console/users?q=${encodeURIComponent(name)}`)
    await holds(page, name)
    await expect(alert(page)).toHaveCount(0)
    expect(complaints).toEqual([])
  })
}
