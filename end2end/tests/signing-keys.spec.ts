// The keys that sign, rolled on the Resident page while the sample app goes on signing people in.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import type { Gatehouse } from '../gatehouse.ts'
import { goBy, signInToConsole } from '../steps/console.ts'
import { alert, button, field, follow, link, open, save, status, submit } from '../steps/pages.ts'
import { openSaml, openServiceProvider } from '../steps/service-provider.ts'
import { identityProvider } from '../interop/application.ts'
import { applicationName } from '../steps/set-up.ts'
import { loggedIn, logIn, logOut, signIn } from '../steps/sign-in.ts'

/** A key pair in PEM, made by a program that is not ours. */
async function pair(): Promise<{ privateKey: string; certificate: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gatehouse-pair-'))
  try {
    const [key, certificate] = [path.join(folder, 'key'), path.join(folder, 'crt')]
    await promisify(execFile)('openssl', [
      'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '90', '-subj', '/CN=brought.example', '-keyout', key, '-out', certificate,
    ])
    return { privateKey: await readFile(key, 'utf8'), certificate: await readFile(certificate, 'utf8') }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function openResident(page: Page): Promise<void> {
  await goBy(page, 'Identity Providers', 'Resident')
  await expect(page.getByRole('heading', { level: 1, name: 'Resident Identity Provider' })).toBeVisible()
}

async function publish(page: Page, kind: string): Promise<void> {
  await follow(page, link(page, 'Publish a new key'))
  await field(page, kind).check()
  await submit(page, button(page, 'Publish'))
  await expect(status(page)).toContainText('Published.')
}

/** Goes through the question that a link of the guide leads to. */
async function step(page: Page, name: string, confirm: string, outcome: string): Promise<void> {
  await follow(page, link(page, name))
  await submit(page, button(page, confirm))
  await expect(status(page)).toContainText(outcome)
}

/** Signs in to the sample anew: the session that service providers share is over after *Logout*. */
async function signInAgain(page: Page, gatehouse: Gatehouse, inbox: Parameters<typeof signIn>[2]): Promise<void> {
  await signIn(page, gatehouse, inbox)
  await logOut(page)
}

test('a roll, step by step, and sign-ins go on throughout', async ({ page, ready, inbox }) => {
  test.setTimeout(180_000)
  await signInAgain(page, ready, inbox)
  await signInToConsole(page, ready)
  await openResident(page)
  const [first] = (await identityProvider(ready)).certificates

  await publish(page, 'RSA')
  expect(((await identityProvider(ready)).certificates)[0], 'the old one signs, and stands first').toBe(first)
  expect((await identityProvider(ready)).certificates).toHaveLength(2)
  await expect(page.getByRole('heading', { name: 'Changing the RSA key' })).toBeVisible()
  const row = page.getByRole('row').filter({ has: link(page, applicationName) })
  await expect(row.getByText('not yet', { exact: true })).toBeVisible()
  await signInAgain(page, ready, inbox)

  await openResidentAt(page, ready)
  await follow(page, link(page, 'Use'))
  await expect(page.getByText('1 service provider may not know this certificate yet')).toBeVisible()
  await follow(page, link(page, 'Cancel'))
  await submit(page, row.getByRole('button', { name: /^Has the new certificate/ }))
  await expect(row.getByText('told by hand')).toBeVisible()
  await step(page, 'Use', 'Use', 'signs from now on')
  expect(((await identityProvider(ready)).certificates)[0]).not.toBe(first)
  await signInAgain(page, ready, inbox)

  await openResidentAt(page, ready)
  await step(page, 'Use again', 'Use', 'signs from now on')
  expect(((await identityProvider(ready)).certificates)[0], 'taken back').toBe(first)
  await signInAgain(page, ready, inbox)

  await openResidentAt(page, ready)
  await step(page, 'Use again', 'Use', 'signs from now on')
  await step(page, 'Retire', 'Retire it all the same', 'Retired.')
  expect((await identityProvider(ready)).certificates).toHaveLength(1)
  await signInAgain(page, ready, inbox)
})

async function openResidentAt(page: Page, gatehouse: Gatehouse): Promise<void> {
  await open(page, `${gatehouse.url}/console/identity-providers/resident`)
}

test('a key pair from elsewhere signs after its import', async ({ page, ready, inbox }) => {
  test.setTimeout(120_000)
  const { privateKey, certificate } = await pair()
  await signInToConsole(page, ready)
  await openResident(page)
  await follow(page, link(page, 'Import a key'))
  await field(page, 'Private Key').fill(certificate)
  await field(page, 'Certificate').fill(certificate)
  await submit(page, button(page, 'Import'))
  await expect(alert(page)).toContainText('Not published')
  await expect(field(page, 'Private Key'), 'it never comes back').toHaveValue('')
  await field(page, 'Private Key').fill(privateKey)
  await submit(page, button(page, 'Import'))
  await expect(status(page)).toContainText('Published.')
  await expect(page.getByText('CN=brought.example')).toBeVisible()
  await step(page, 'Use', 'Use it all the same', 'signs from now on')
  const published = (await identityProvider(ready)).certificates
  expect(published[0]).toBe(certificate.replace(/-----[^-]+-----|\s/g, ''))
  expect(await page.content(), 'the page holds no private key').not.toContain(privateKey.split('\n')[3])
  await signIn(page, ready, inbox)
})

test('a service provider takes ECDSA, once there is a key for it', async ({ page, ready, inbox }) => {
  test.setTimeout(120_000)
  await signInToConsole(page, ready)
  await openServiceProvider(page, ready, applicationName)
  await openSaml(page)
  await field(page, 'Response Signing Algorithm').selectOption({ label: 'ECDSA-SHA256' })
  await submit(page, button(page, 'Update'))
  await expect(alert(page)).toContainText('publish and use an ECDSA key first')

  await openResident(page)
  await publish(page, 'ECDSA')
  await step(page, 'Use', 'Use', 'signs from now on')
  await openServiceProvider(page, ready, applicationName)
  await openSaml(page)
  await field(page, 'Response Signing Algorithm').selectOption({ label: 'ECDSA-SHA256' })
  await save(page, 'Update')
  await signIn(page, ready, inbox)
  await expect(loggedIn(page)).toBeVisible()
  await logOut(page)
  await expect(logIn(page)).toBeVisible()
})

test('the metadata is saved as a file, and each certificate too', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await openResident(page)
  const saved = page.waitForEvent('download')
  await link(page, 'Download Metadata').click()
  expect((await saved).suggestedFilename()).toBe('gatehouse-metadata.xml')
  const certificate = page.waitForEvent('download')
  await page.getByRole('link', { name: /^Certificate / }).first().click()
  const file = await certificate
  expect(file.suggestedFilename()).toMatch(/^gatehouse-[0-9a-f]{12}\.pem$/)
  expect(await readFile(await file.path(), 'utf8')).toContain('BEGIN CERTIFICATE')
})
