// *Preview assertion*: an administrator sees what an application would be told about somebody, why, and what is missing.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import type { Gatehouse } from '../gatehouse.ts'
import { signInToConsole } from '../steps/console.ts'
import { clean as findsNothing, fits } from '../steps/look.ts'
import { button, field, follow, link, open, save } from '../steps/pages.ts'
import { addClaim, addServiceProvider, openSaml, openServiceProvider, registerSaml } from '../steps/service-provider.ts'
import { applicationName } from '../steps/set-up.ts'
import { addUser, openProfile, workingNumber } from '../steps/users.ts'

const password = 'seven quiet herons 42'

/** From the application's page to its preview. */
async function openPreview(page: Page, gatehouse: Gatehouse): Promise<void> {
  await openServiceProvider(page, gatehouse, applicationName)
  await follow(page, link(page, 'Preview assertion'))
  await expect(page.getByRole('heading', { level: 1, name: 'Preview assertion' })).toBeVisible()
}

async function previewOf(page: Page, username: string): Promise<void> {
  await field(page, 'Username').fill(username)
  await follow(page, button(page, 'Preview'))
}

const annotated = (page: Page) => page.getByRole('listitem').filter({ has: page.locator('pre') })
const missing = (page: Page) => page.locator('section').filter({ has: page.getByRole('heading', { name: 'What is missing' }) })

/** The message as it would be sent, as text. */
const sent = (page: Page) => page.locator('figure').filter({ hasText: 'SAMLResponse,' }).locator('pre')

async function clean(page: Page, what: string): Promise<void> {
  await findsNothing(page, what)
  await fits(page, what)
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled })

    test('what the application would be told, and why', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      await openPreview(page, ready)
      await previewOf(page, 'ADMIN')
      await expect(page.getByText('would be sent', { exact: true })).toBeVisible()
      const mobile = annotated(page).filter({ hasText: 'Claim Configuration' })
      await expect(mobile).toContainText(workingNumber)
      await expect(mobile).toContainText('AttributeValue')
      const subject = annotated(page).filter({ hasText: 'Subject Claim URI' })
      await expect(subject).toContainText('The user name')
      // The other view takes its place, with or without scripts.
      await expect(sent(page)).toBeHidden()
      await page.getByText('As it would be sent', { exact: true }).click()
      await expect(page.getByRole('radio', { name: 'As it would be sent' })).toBeChecked()
      await expect(annotated(page).first()).toBeHidden()
      await expect(sent(page)).toBeVisible()
      const xml = (await sent(page).textContent()) ?? ''
      expect(xml).toMatch(/^<samlp:Response .*<\/samlp:Response>$/s)
      expect(xml).toContain(`>${workingNumber}<`)
      await expect(button(page, 'Copy response')).toBeVisible({ visible: javaScriptEnabled })
      // A note leads to the setting it names.
      await page.getByText('Annotated', { exact: true }).click()
      await follow(page, annotated(page).getByRole('link', { name: 'NameID format' }))
      await expect(field(page, 'NameID format')).toBeVisible()
      expect(new URL(page.url()).hash).toBe('#f-name_id_format')
    })

    test('somebody is found by the beginning of a name', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      await addUser(page, ready, 'jane.doe', password)
      await addUser(page, ready, 'jane.roe', password)
      await openPreview(page, ready)
      await previewOf(page, 'jane')
      await expect(page.getByRole('main').getByRole('link', { name: /^jane\./ })).toHaveCount(2)
      await follow(page, link(page, 'jane.roe'))
      await expect(field(page, 'Username')).toHaveValue('jane.roe')
      await expect(page.getByText('cannot sign in', { exact: true })).toBeVisible()
      await expect(missing(page)).toContainText('has no mobile number')
      await follow(page, missing(page).getByRole('link', { name: 'User Profile' }).first())
      await expect(field(page, 'Mobile')).toBeVisible()
    })
  })
}

test('copied, it is the message byte for byte', async ({ page, ready, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: ready.url })
  await signInToConsole(page, ready)
  await openPreview(page, ready)
  await previewOf(page, 'admin')
  await page.getByText('As it would be sent', { exact: true }).click()
  await button(page, 'Copy response').click()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toBe(await sent(page).textContent())
})

test('by keyboard alone', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await openPreview(page, ready)
  await field(page, 'Username').fill('admin')
  await page.keyboard.press('Enter')
  await expect(page.getByText('would be sent', { exact: true })).toBeVisible()
  await page.getByRole('radio', { name: 'Annotated' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(sent(page)).toBeVisible()
})

for (const [look, use] of [
  ['light', { colorScheme: 'light', viewport: { width: 1360, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1360, height: 900 } }],
  ['narrow', { colorScheme: 'light', viewport: { width: 360, height: 740 } }],
] as const) {
  test.describe(look, () => {
    test.use(use)

    test('long names, long values and much that is missing', async ({ page, ready }, info) => {
      test.setTimeout(120_000)
      const picture = (name: string) => page.screenshot({ path: info.outputPath(`${look}-${name}.png`), fullPage: true })
      await signInToConsole(page, ready)
      await openPreview(page, ready)
      await clean(page, 'nobody chosen')
      await picture('nobody')
      await previewOf(page, 'admin')
      await clean(page, 'annotated')
      await picture('annotated')
      await page.getByText('As it would be sent', { exact: true }).click()
      await clean(page, 'as it would be sent')
      await picture('sent')

      const long = `${'x'.repeat(60)}.${'y'.repeat(39)}`
      await addUser(page, ready, long, password)
      await openProfile(page, ready, long)
      const company = `<b>& "Söhne" ${'Donaudampfschifffahrtsgesellschaft'.repeat(20)}`
      await field(page, 'Organization').fill(company)
      await save(page, 'Update')
      const address = await addServiceProvider(page, ready, `${'Application'.repeat(9)}<i>`.slice(0, 100))
      await follow(page, link(page, 'Preview assertion'))
      await expect(page.getByText('No SAML configuration yet')).toBeVisible()
      await clean(page, 'no configuration')
      await picture('no-configuration')
      await open(page, address)
      await registerSaml(page, { issuer: `urn:${'z'.repeat(300)}`, consumers: ['https://app.example.org/acs'], boxes: ['Enable Attribute Profile'] })
      for (const claim of ['organization', 'emailaddress', 'mobile']) await addClaim(page, `http://wso2.org/claims/${claim}`)
      await field(page, 'Mandatory Claim').nth(1).check()
      await save(page, 'Update')
      await follow(page, link(page, 'Preview assertion'))
      await previewOf(page, long)
      await expect(page.getByText('would be refused', { exact: true })).toBeVisible()
      await expect(missing(page)).toContainText('Include Attributes in the Response Always is not ticked')
      await expect(missing(page)).toContainText('The sign-in would ask for it')
      await clean(page, 'missing things')
      await picture('missing')
      await open(page, address)
      await openSaml(page)
      await field(page, 'Include Attributes in the Response Always').check()
      await save(page, 'Update')
      await follow(page, link(page, 'Preview assertion'))
      await previewOf(page, long)
      await expect(annotated(page).filter({ hasText: 'Donau' })).toContainText('&lt;b&gt;&amp; "Söhne"')
      await clean(page, 'long values')
      await picture('long')
    })
  })
}
