// A service provider from its metadata: by address, by file, as text; signed in to at once; compared when it changes.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import type { Gatehouse } from '../gatehouse.ts'
import { signInToConsole } from '../steps/console.ts'
import { alert, button, expectProblem, field, follow, link, open, settled, status, submit } from '../steps/pages.ts'
import { newServiceProvider, openSaml } from '../steps/service-provider.ts'
import { sampleIssuer } from '../steps/set-up.ts'
import { arrive, enterPassword, loggedIn, logOut, startAt } from '../steps/sign-in.ts'

const published = async (gatehouse: Gatehouse) => (await fetch(`${gatehouse.sample}/saml/metadata`)).text()

async function importBy(page: Page, gatehouse: Gatehouse, fill: () => Promise<void>): Promise<string> {
  await newServiceProvider(page, gatehouse)
  await fill()
  await submit(page, button(page, 'Import'))
  await expect(status(page)).toContainText('Imported from its metadata')
  await settled(page)
  return page.url().replace(/[?#].*/, '')
}

async function remove(page: Page, address: string) {
  await open(page, `${address}/delete`)
  await submit(page, button(page, 'Delete'))
  await expect(status(page)).toContainText('Deleted')
}

async function signInAndOut(page: Page, gatehouse: Gatehouse) {
  await startAt(page, gatehouse.sample)
  await enterPassword(page)
  await arrive(page, loggedIn(page))
  await logOut(page)
}

for (const scripts of [true, false]) {
  test.describe(scripts ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('the sample app by its address, by file and as text', async ({ page, fresh }) => {
      test.setTimeout(90_000)
      await signInToConsole(page, fresh)
      const metadata = `${fresh.sample}/saml/metadata`
      const byAddress = await importBy(page, fresh, () => field(page, 'Metadata URL').fill(metadata))
      await expect(field(page, 'Service Provider Name')).toHaveValue('Sample app')
      await expect(page.getByText(metadata)).toBeVisible()
      await openSaml(page)
      await expect(field(page, 'Issuer')).toHaveValue(sampleIssuer)
      await expect(field(page, 'Assertion Consumer URLs')).toHaveValue(`${fresh.sample}/saml/acs`)
      await expect(field(page, 'Enable Assertion Encryption')).toBeChecked()
      await expect(field(page, 'Encrypt assertions to')).toHaveValue(/BEGIN CERTIFICATE/)
      await signInAndOut(page, fresh)

      await open(page, byAddress)
      await remove(page, byAddress)
      const file = { name: 'sample.xml', mimeType: 'application/xml', buffer: Buffer.from(await published(fresh)) }
      const byFile = await importBy(page, fresh, async () => {
        await field(page, 'Service Provider Name').fill('From a file')
        await field(page, 'Metadata File').setInputFiles(file)
      })
      await expect(field(page, 'Service Provider Name')).toHaveValue('From a file')
      await remove(page, byFile)
      await importBy(page, fresh, async () => field(page, 'Metadata XML').fill(await published(fresh)))
      await signInAndOut(page, fresh)
    })

    test('a changed certificate is shown, ticked and applied', async ({ page, fresh }) => {
      const original = await published(fresh)
      await signInToConsole(page, fresh)
      const address = await importBy(page, fresh, () => field(page, 'Metadata XML').fill(original))
      await open(page, address)
      await follow(page, link(page, 'Update from metadata').first())
      await field(page, 'Metadata XML').fill(original)
      await submit(page, button(page, 'Compare'))
      await expect(status(page)).toContainText('Nothing differs')

      // The identity server's own certificate stands for the new one: any other does.
      const idp = await (await fetch(`${fresh.url}/identity/metadata/saml2`)).text()
      const other = idp.match(/X509Certificate>([^<]+)</)?.[1] ?? ''
      const [, own] = original.match(/X509Certificate>([^<]+)</) ?? []
      const now = original.replace(own ?? '', other)
      await open(page, `${address}/metadata`)
      await field(page, 'Metadata XML').fill(now)
      await submit(page, button(page, 'Compare'))
      await expect(page.getByRole('heading', { level: 1, name: 'What differs' })).toBeVisible()
      const add = page.getByRole('checkbox', { name: /^Certificate: add [0-9a-f]{12}$/ })
      const drop = page.getByRole('checkbox', { name: /^Certificate: remove [0-9a-f]{12}$/ })
      await expect(add).toBeChecked()
      await expect(drop).toBeChecked()
      await expect(page.getByText(/SHA-256 [0-9a-f]{64}/).first()).toBeVisible()
      await drop.uncheck()
      await submit(page, button(page, 'Apply'))
      await expect(status(page)).toContainText('Updated from its metadata')
      // The old certificate is known still, so the sample app can sign in.
      await signInAndOut(page, fresh)
    })

    test('what cannot be taken is said at its field', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      await newServiceProvider(page, ready)
      await submit(page, button(page, 'Import'))
      await expectProblem(page, 'Metadata File', /Choose a metadata file/)
      await field(page, 'Service Provider Name').fill('What was typed')
      await field(page, 'Metadata URL').fill('http://127.0.0.1:9/metadata')
      await submit(page, button(page, 'Import'))
      await expectProblem(page, 'Metadata URL', /outbound\.allow/)
      await expect(field(page, 'Service Provider Name')).toHaveValue('What was typed')
      await field(page, 'Metadata URL').fill('')
      await field(page, 'Metadata XML').fill(await published(ready))
      await submit(page, button(page, 'Import'))
      await expectProblem(page, 'Metadata XML', /has the issuer/)
      await expect(alert(page)).toContainText('Not registered')
      await follow(page, page.getByRole('link', { name: /^Update .* from this metadata$/ }))
      await expect(page.getByRole('heading', { level: 1, name: 'What differs' })).toBeVisible()
    })
  })
}
