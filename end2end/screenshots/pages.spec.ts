// Every page, light, dark and 360 px wide, into target/screenshots.
import type { Page } from '@playwright/test'
import { fileURLToPath } from 'node:url'
import { test } from '../fixtures.ts'
import type { Gatehouse } from '../gatehouse.ts'
import { askForBackupCode, enterBackupCode, generateBackupCodes } from '../steps/backup-codes.ts'
import { consolePages, signInToConsole } from '../steps/console.ts'
import { deliveries, openDeliveries } from '../steps/deliveries.ts'
import { letNumbersBeEntered, toNumberPage } from '../steps/entered-number.ts'
import { openIdentityProvider, openSmsSettings } from '../steps/identity-provider.ts'
import { button, field, follow, link, open, submit } from '../steps/pages.ts'
import { follow as followProbe, openProbe } from '../steps/probe.ts'
import { openSaml, openServiceProvider, openSteps } from '../steps/service-provider.ts'
import { applicationName, providerName } from '../steps/set-up.ts'
import { arrive, enterCode, enterPassword, loggedIn, startAt, toCodePage } from '../steps/sign-in.ts'
import { wrongCode } from '../steps/sms.ts'
import { workingNumber } from '../steps/users.ts'

const folder = fileURLToPath(new URL('../../target/screenshots', import.meta.url))

type Picture = (page: Page, name: string) => Promise<unknown>

/** Importing and comparing: empty, refused, several to choose from, done, what differs, nothing differs. */
async function metadata(page: Page, gatehouse: Gatehouse, address: string, picture: Picture) {
  const published = `${gatehouse.sample}/saml/metadata`
  const xml = await (await fetch(published)).text()
  const add = `${gatehouse.url}/console/service-providers/new`
  const paste = async (text: string) => {
    await open(page, add)
    await field(page, 'Metadata XML').fill(text)
    await submit(page, button(page, 'Import'))
  }
  await open(page, add)
  await field(page, 'Metadata URL').fill('http://127.0.0.1:9/metadata')
  await submit(page, button(page, 'Import'))
  await picture(page, 'metadata-refused')
  await paste(xml)
  await picture(page, 'metadata-taken')
  await open(page, `${address}/metadata`)
  await picture(page, 'metadata')
  await field(page, 'Metadata URL').fill(published)
  await submit(page, button(page, 'Compare'))
  await picture(page, 'metadata-differs')
  await submit(page, button(page, 'Apply'))
  await picture(page, 'metadata-applied')
  await open(page, `${address}/metadata`)
  await picture(page, 'metadata-known')
  await submit(page, button(page, 'Check now'))
  await picture(page, 'metadata-same')
  const soon = new Date(Date.now() + 9 * 24 * 3600_000).toISOString()
  const artifact = '<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact" Location="https://shop.example/artifact" index="7"/>'
  const several = Array.from({ length: 6 }, (_, n) => xml.replace(/entityID="[^"]*"/, `entityID="https://shop-${n}.example/saml" validUntil="${soon}"`)
    .replace('</md:SPSSODescriptor>', `${artifact}</md:SPSSODescriptor>`))
  await paste(`<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${several.join('')}</md:EntitiesDescriptor>`)
  await picture(page, 'metadata-choose')
  await page.getByRole('radio').first().check()
  await submit(page, button(page, 'Import'))
  await picture(page, 'metadata-imported')
  await open(page, `${gatehouse.url}/console/service-providers`)
  await picture(page, 'metadata-list')
}

/** The roll of a key: published, in use, about to be retired. */
async function roll(page: Page, gatehouse: Gatehouse, picture: Picture) {
  const resident = `${gatehouse.url}/console/identity-providers/resident`
  await open(page, resident)
  await follow(page, link(page, 'Publish a new key'))
  await picture(page, 'key-publish')
  await submit(page, button(page, 'Publish'))
  await picture(page, 'key-published')
  await follow(page, link(page, 'Use'))
  await picture(page, 'key-use')
  await submit(page, page.getByRole('button', { name: /^Use/ }))
  await picture(page, 'key-used')
  await follow(page, link(page, 'Retire'))
  await picture(page, 'key-retire')
  await open(page, resident)
  await follow(page, link(page, 'Import a key'))
  await picture(page, 'key-import')
}

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
        await picture(page, where.slice('/console'.length + 1).replace(/\?.*/, '').replaceAll('/', '-') || 'home-empty')
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
      await metadata(page, ready, address, picture)
      await roll(page, ready, picture)
    })

    test('what is watched, imported and changed by two', async ({ page, ready, inbox }) => {
      const person = await page.context().newPage()
      await toCodePage(person, ready, inbox)
      await signInToConsole(page, ready)
      await picture(page, 'home')
      await open(page, `${ready.url}/console/sign-ins`)
      await picture(page, 'sign-ins-under-way')
      await follow(page, page.getByRole('main').getByRole('rowheader').getByRole('link').first())
      await picture(page, 'time-line')
      await open(page, `${ready.url}/console/audit`)
      await follow(page, page.getByRole('table', { name: 'Audit log' }).getByRole('rowheader').getByRole('link').first())
      await picture(page, 'audit-entry')
      await open(page, `${ready.url}/console/users/import`)
      const lines = ['Username;Password;First Name;Mobile', 'nora;eleven grey stones;Nora;077 123 4567', 'odd;short;Ödd;12']
      await field(page, 'CSV File').setInputFiles({ name: 'staff.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) })
      await submit(page, button(page, 'Upload'))
      await picture(page, 'import-review')
      const profile = `${ready.url}/console/users/admin/profile`
      await open(page, profile)
      await open(person, profile)
      for (const [one, typed] of [[person, 'Theirs'], [page, 'Mine']] as const) {
        await field(one, 'Department').fill(typed)
        await submit(one, button(one, 'Update'))
      }
      await picture(page, 'difference')
    })

    test('backup codes and an entered number', async ({ page, ready, inbox }) => {
      await letNumbersBeEntered(page, ready)
      await generateBackupCodes(page, ready, 'admin')
      await picture(page, 'backup-codes-new')
      await page.reload()
      await picture(page, 'backup-codes-shown')
      for (const where of ['profile', 'backup-codes', 'backup-codes/revoke']) {
        await open(page, `${ready.url}/console/users/admin/${where}`)
        await picture(page, `user-with-${where.replaceAll('/', '-')}`)
      }
      await toCodePage(page, ready, inbox)
      await askForBackupCode(page)
      await picture(page, 'sign-in-backup-code')
      await enterBackupCode(page, 'ZZZZ')
      await picture(page, 'sign-in-backup-code-refused')
      await toNumberPage(page, ready)
      await picture(page, 'sign-in-number')
      await submit(page, button(page, 'Send code'))
      await picture(page, 'sign-in-number-refused')
      await field(page, 'Mobile number').fill(workingNumber)
      await submit(page, button(page, 'Send code'))
      await picture(page, 'sign-in-number-code')
    })

    test('the sign-in and the sample app', async ({ page, ready, inbox }) => {
      await page.goto(`${ready.sample}/`)
      await picture(page, 'sample')
      await page.goto(`${ready.sample}/sms`)
      await picture(page, 'sms-inbox-empty')
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
      await openProbe(page, ready)
      await picture(page, 'probe')
      await button(page, 'Run all').click()
      await followProbe(page, inbox)
      await picture(page, 'probe-report')
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
      await openDeliveries(page, ready)
      await follow(page, deliveries(page).first().getByRole('link'))
      await picture(page, 'delivery')
    })
  })
}
