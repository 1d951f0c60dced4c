// The console's forms as plain HTML: what is wrong is told, what was typed stays, what is saved is there. Other forms are
// tried without scripts where they are tried with them: no-scripts, forms-*, metadata-import, assertion-preview, lists,
// providers, backup-codes, concurrent-changes, users-import.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import { adminPassword, type Gatehouse } from '../gatehouse.ts'
import { signInToConsole } from '../steps/console.ts'
import { addIdentityProvider, nexmo, openIdentityProvider } from '../steps/identity-provider.ts'
import { action, alert, button, expectProblem, field, follow, link, open, openSection, save, status, submit } from '../steps/pages.ts'
import { addClaim, claimRow, mobileClaim, openServiceProvider } from '../steps/service-provider.ts'
import { applicationName, providerName } from '../steps/set-up.ts'
import { enterPassword, signIn, startAt } from '../steps/sign-in.ts'
import { addUser, openProfile, workingNumber } from '../steps/users.ts'

test.use({ javaScriptEnabled: false })

const password = 'eleven grey stones'
const dialect = 'http://wso2.org/claims/'

/** Opens a page of the console and waits for its title. */
async function openPage(page: Page, gatehouse: Gatehouse, where: string, title: string): Promise<void> {
  await open(page, `${gatehouse.url}/console/${where}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
}

/** Sends the form with this in it, and expects to be told at these fields, with all of it still there. */
async function refused(page: Page, press: string, typed: Record<string, string>, problems: Record<string, RegExp>): Promise<void> {
  for (const [label, value] of Object.entries(typed)) await field(page, label).fill(value)
  await submit(page, button(page, press))
  await expect(alert(page)).toBeVisible()
  for (const [label, words] of Object.entries(problems)) await expectProblem(page, label, words)
  for (const [label, value] of Object.entries(typed)) await expect(field(page, label), label).toHaveValue(value)
}

/** Answers the question before something is deleted. */
async function remove(page: Page): Promise<void> {
  await follow(page, link(page, 'Delete'))
  await submit(page, button(page, 'Delete'))
  await expect(status(page)).toHaveText('Deleted.')
}

const row = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader').getByText(name, { exact: true }) })

test('a claim is added, asked for in profiles, changed, moved and deleted', async ({ page, ready }) => {
  const uri = `${dialect}costcentre`
  await signInToConsole(page, ready)
  await openPage(page, ready, 'claims', 'Claims')
  await follow(page, link(page, 'Add Claim'))
  await field(page, 'Required').check()
  await refused(
    page, 'Register',
    { 'Claim URI': 'http://elsewhere.example.org/x', 'Display Name': 'Department', 'Mapped Attribute': '', 'Regular Expression': '(' },
    { 'Claim URI': /begins with/, 'Display Name': /Another claim/, 'Mapped Attribute': /missing/, 'Regular Expression': /\S/ },
  )
  await expect(field(page, 'Required')).toBeChecked()
  await field(page, 'Claim URI').fill(uri)
  await field(page, 'Display Name').fill('Cost Centre')
  await field(page, 'Mapped Attribute').fill('costCentre')
  await field(page, 'Regular Expression').fill('[0-9]{4}')
  await save(page, 'Register')

  await openProfile(page, ready, 'admin')
  await refused(page, 'Update', { 'Cost Centre': '12345', Department: 'Research' }, { 'Cost Centre': /does not have the form/ })
  await field(page, 'Cost Centre').fill('1234')
  await save(page, 'Update')
  // Required, it is not emptied any more.
  await refused(page, 'Update', { 'Cost Centre': '' }, { 'Cost Centre': /missing/ })

  await open(page, `${ready.url}/console/claims?q=Cost`)
  await follow(page, page.getByRole('link', { name: 'Edit Cost Centre' }))
  await field(page, 'Display Name').fill('Cost Unit')
  await field(page, 'Required').uncheck()
  await field(page, 'Regular Expression').fill('')
  await save(page, 'Update')
  await expect(field(page, 'Mapped Attribute')).toHaveValue('costCentre')
  await follow(page, link(page, 'Delete'))
  await expect(button(page, 'Delete'), 'somebody has a value').toHaveCount(0)
  await expect(page.getByRole('main').getByRole('link', { name: 'admin', exact: true })).toBeVisible()

  await openPage(page, ready, 'claims', 'Claims')
  const places = () => page.getByRole('main').getByRole('rowheader').getByRole('link').allInnerTexts()
  const before = await places()
  await submit(page, page.getByRole('button', { name: 'Move up Cost Unit' }))
  await expect(status(page)).toContainText(`Cost Unit is now ${before.indexOf('Cost Unit')} of ${before.length}`)
  expect((await places()).indexOf('Cost Unit')).toBe(before.indexOf('Cost Unit') - 1)

  await openProfile(page, ready, 'admin')
  await expect(field(page, 'Cost Unit')).toHaveValue('1234')
  await field(page, 'Cost Unit').fill('')
  await save(page, 'Update')
  await open(page, `${ready.url}/console/claims/edit?uri=${encodeURIComponent(uri)}`)
  await remove(page)
  await expect(row(page, 'Cost Unit')).toHaveCount(0)
})

test('a role is added, changed, given, taken away and deleted', async ({ page, ready, browser }) => {
  await signInToConsole(page, ready)
  await addUser(page, ready, 'nora', password)
  await openPage(page, ready, 'roles', 'Roles')
  await follow(page, link(page, 'Add Role'))
  await field(page, 'View users').check()
  await field(page, 'Manage settings').check()
  for (const [name, words] of [['', /missing/], ['admin', /\S/], ['one, two', /comma/]] as const) {
    await refused(page, 'Register', { 'Role Name': name }, { 'Role Name': words })
  }
  await expect(field(page, 'Manage settings')).toBeChecked()
  await field(page, 'Role Name').fill('helpers')
  await save(page, 'Register')
  await field(page, 'Role Name').fill('watchers')
  await field(page, 'Manage settings').uncheck()
  await field(page, 'View settings').uncheck()
  await save(page, 'Update')
  const address = page.url().replace(/\?.*/, '')
  await expect(field(page, 'Role Name')).toHaveValue('watchers')
  await expect(field(page, 'View users')).toBeChecked()
  await expect(field(page, 'Manage settings')).not.toBeChecked()

  await openPage(page, ready, 'users/nora/roles', 'Assign Roles')
  await field(page, 'watchers').check()
  await save(page, 'Update')
  await open(page, address)
  await follow(page, link(page, 'Delete'))
  await expect(page.getByText('cannot be deleted while somebody holds it')).toBeVisible()
  await expect(button(page, 'Delete')).toHaveCount(0)

  // Holding it, she looks and changes nothing, her own profile included.
  const hers = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  await signInToConsole(hers, ready, { username: 'nora', password })
  await openPage(hers, ready, 'users', 'Users')
  await expect(link(hers, 'Add User')).toHaveCount(0)
  await openPage(hers, ready, 'users/nora/profile', 'nora')
  await expect(button(hers, 'Update')).toHaveCount(0)
  await expect(link(hers, 'Change Password')).toBeVisible()
  await openPage(hers, ready, 'roles', 'Not allowed')
  await hers.context().close()

  await follow(page, page.getByRole('main').getByRole('link', { name: 'nora', exact: true }))
  await follow(page, link(page, 'Assign Roles'))
  await field(page, 'watchers').uncheck()
  await save(page, 'Update')
  await open(page, address)
  await remove(page)
  await expect(row(page, 'watchers')).toHaveCount(0)
})

test('one\'s own profile, every field of it', async ({ page, ready }) => {
  const typed = {
    'First Name': 'Ada', 'Last Name': 'Lovelace', Organization: 'Engines & "Sons"', Address: '12 St James\'s Square', Country: 'GB',
    Email: 'ada@example.org', Telephone: '+94771234568', IM: '@ada', URL: 'https://example.org/?a=1&b=2', Department: '数学',
  }
  await signInToConsole(page, ready)
  await openProfile(page, ready, 'admin')
  await refused(page, 'Update', { ...typed, Mobile: '12' }, { Mobile: /\S/ })
  for (const [label, value] of Object.entries({ ...typed, Mobile: workingNumber })) await field(page, label).fill(value)
  await save(page, 'Update')
  await openProfile(page, ready, 'admin')
  for (const [label, value] of Object.entries({ ...typed, Mobile: workingNumber })) {
    await expect(field(page, label), label).toHaveValue(value)
  }
})

test('session time-outs', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await openPage(page, ready, 'identity-providers/resident', 'Resident Identity Provider')
  await refused(
    page, 'Update', { 'Idle time-out (minutes)': '0', 'Longest session (hours)': 'many' },
    { 'Idle time-out (minutes)': /from 1 to 1440/, 'Longest session (hours)': /from 1 to 720/ },
  )
  await field(page, 'Idle time-out (minutes)').fill('30')
  await field(page, 'Longest session (hours)').fill('8')
  await save(page, 'Update')
  await expect(page.getByText('Now 30 minutes without use, 8 hours at most.')).toBeVisible()
})

test('claim and role configuration of an identity provider', async ({ page, ready, inbox }) => {
  await signInToConsole(page, ready)
  await openPage(page, ready, 'roles/new', 'Add Role')
  await field(page, 'Role Name').fill('sms users')
  await save(page, 'Register')
  await openIdentityProvider(page, ready, providerName)
  await openSection(page, 'Claim Configuration')
  await field(page, 'Number Claim URI').selectOption({ label: `${dialect}telephone` })
  await openSection(page, 'Role Configuration')
  await field(page, 'Role sms users').check()
  // What is chosen stays while something else is wrong.
  await openSection(page, 'Basic Information')
  await refused(page, 'Update', { 'Identity Provider Name': '' }, { 'Identity Provider Name': /missing/ })
  await field(page, 'Identity Provider Name').fill(providerName)
  await save(page, 'Update')
  await openIdentityProvider(page, ready, providerName)
  await expect(page.getByText('codes go to telephone')).toBeVisible()
  await expect(page.getByText('for sms users')).toBeVisible()
  await expect(field(page, 'Number Claim URI')).toHaveValue(`${dialect}telephone`)
  await expect(field(page, 'Role sms users')).toBeChecked()

  await startAt(page, ready.sample)
  await enterPassword(page)
  await expect(alert(page)).toContainText('may not use this way to sign in')
  await openPage(page, ready, 'users/admin/roles', 'Assign Roles')
  await field(page, 'sms users').check()
  await save(page, 'Update')
  await startAt(page, ready.sample)
  await enterPassword(page)
  await expect(alert(page), 'there is a mobile number, and no telephone number').toContainText('no mobile number')
  await openProfile(page, ready, 'admin')
  await field(page, 'Telephone').fill('+94771234568')
  await save(page, 'Update')
  await signIn(page, ready, inbox)
})

test('an identity provider is disabled and enabled on its page, and deleted where nobody uses it', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await addIdentityProvider(page, ready, 'Spare', nexmo(ready))
  for (const [press, said] of [['Disable', 'Disabled.'], ['Enable', 'Enabled.']] as const) {
    await submit(page, button(page, press))
    await expect(status(page)).toHaveText(said)
    await expect(field(page, 'Identity Provider Name')).toHaveValue('Spare')
  }
  await remove(page)
  await expect(row(page, 'Spare')).toHaveCount(0)
  await follow(page, action(row(page, providerName), 'Delete'))
  await expect(alert(page)).toContainText('It is in use')
  await expect(button(page, 'Delete')).toHaveCount(0)
})

test('claim and role configuration of a service provider, as the application is told', async ({ page, ready, inbox }) => {
  await signInToConsole(page, ready)
  await openServiceProvider(page, ready, applicationName)
  await field(page, 'Define Custom Claim Dialect').check()
  await field(claimRow(page, 1), 'Service Provider Claim').fill('phone')
  await addClaim(page, `${dialect}role`)
  await field(claimRow(page, 2), 'Service Provider Claim').fill('groups')
  const mapping = page.getByRole('group', { name: 'Role mapping 1', exact: true })
  await field(mapping, 'Local Role').selectOption({ label: 'admin' })
  await field(mapping, 'Service Provider Role').fill('Owners')
  // The same claim twice is told at its row, and removed there.
  await addClaim(page, mobileClaim)
  await field(claimRow(page, 3), 'Service Provider Claim').fill('again')
  await submit(page, button(page, 'Update'))
  await expect(alert(page)).toBeVisible()
  await expect(field(claimRow(page, 3), 'Local Claim')).toHaveAttribute('aria-invalid', 'true')
  await expect(field(page, 'Define Custom Claim Dialect')).toBeChecked()
  await expect(field(mapping, 'Service Provider Role')).toHaveValue('Owners')
  await submit(page, page.getByRole('button', { name: 'Remove claim 3' }))
  await expect(field(claimRow(page, 2), 'Service Provider Claim')).toHaveValue('groups')
  await field(page, 'Subject Claim URI').selectOption({ label: `${dialect}emailaddress` })
  await save(page, 'Update')

  await openProfile(page, ready, 'admin')
  await field(page, 'Email').fill('admin@example.org')
  await save(page, 'Update')
  await signIn(page, ready, inbox)
  await expect(page.getByText('You are logged in as admin@example.org', { exact: true })).toBeVisible()
  await expect(row(page, 'phone')).toContainText(workingNumber)
  await expect(row(page, 'groups')).toContainText('Owners')
  await expect(row(page, mobileClaim)).toHaveCount(0)
})

test('a user is locked, unlocked and deleted in the row', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await addUser(page, ready, 'nora', password)
  await openPage(page, ready, 'users', 'Users')
  for (const [press, said, state] of [['Lock', /^Locked\./, 'locked'], ['Unlock', /^Unlocked\.$/, 'active']] as const) {
    await submit(page, button(row(page, 'nora'), press))
    await expect(status(page)).toHaveText(said)
    await expect(row(page, 'nora').getByText(state, { exact: true })).toBeVisible()
  }
  await follow(page, link(row(page, 'nora'), 'Delete'))
  await follow(page, link(page, 'Cancel'))
  await expect(field(page, 'Mobile'), 'Cancel leads to the profile').toBeVisible()
  await remove(page)
  await expect(row(page, 'nora')).toHaveCount(0)
})

test('one\'s own password is asked for, and leads on', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await openPage(page, ready, 'confirm-password?next=%2Fconsole%2Froles%2Fnew', 'Confirm your password')
  for (const wrong of ['', 'not this one 12']) {
    await field(page, 'Password').fill(wrong)
    await submit(page, button(page, 'Continue'))
    await expectProblem(page, 'Password', wrong ? /not your password/ : /Type your password/)
    await expect(field(page, 'Password')).toHaveValue('')
  }
  await field(page, 'Password').fill(adminPassword)
  await submit(page, button(page, 'Continue'))
  await expect(page).toHaveURL(`${ready.url}/console/roles/new`)
})

for (const [where, search, typed, found] of [
  ['identity-providers', 'Search identity providers', 'smsotp', providerName],
  ['service-providers', 'Search service providers', 'trav', applicationName],
  ['users', 'Search users', 'adm', 'admin'],
  ['roles', 'Search roles', 'adm', 'admin'],
  ['claims', 'Search claims', 'dep', 'Department'],
] as const) {
  test(`the list of ${where} is searched and taken along`, async ({ page, ready }) => {
    await signInToConsole(page, ready)
    await open(page, `${ready.url}/console/${where}`)
    await field(page, search).fill(typed)
    await follow(page, button(page, 'Search'))
    await expect(page).toHaveURL(new RegExp(`[?&]q=${typed}(&|$)`))
    await expect(field(page, search)).toHaveValue(typed)
    await expect(page.getByRole('main').getByRole('rowheader')).toHaveCount(1)
    await expect(row(page, found)).toBeVisible()
    const download = page.waitForEvent('download')
    await link(page, 'Export CSV').click()
    expect((await download).suggestedFilename()).toMatch(/\.csv$/)
    await field(page, search).fill('nothing is called like this')
    await follow(page, button(page, 'Search'))
    await expect(page.getByRole('main').getByRole('rowheader')).toHaveCount(0)
    await follow(page, link(page, 'Show all'))
    await expect(row(page, found)).toBeVisible()
  })
}
