// Lists: found as one types, sorted by their heads, changed several rows at a time, taken along as a file.
import { readFile } from 'node:fs/promises'
import { expect, test } from '../fixtures.ts'
import { signInToConsole } from '../steps/console.ts'
import { clean, holds } from '../steps/look.ts'
import { alert, button, field, follow, link, open, status, submit } from '../steps/pages.ts'
import { addUser } from '../steps/users.ts'

const password = 'eleven grey stones'
const users = ['adam', 'berta', 'carl']
const rows = '//tbody/tr'

for (const scripts of [true, false]) {
  test.describe(scripts ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('sorted, found, locked together, deleted after a question', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      for (const name of users) await addUser(page, ready, name, password)
      await open(page, `${ready.url}/console/users`)
      await expect(page.locator(rows)).toHaveCount(4)
      await expect(page.getByRole('columnheader', { name: 'User', exact: true })).toHaveAttribute('aria-sort', 'ascending')
      await follow(page, link(page, 'User'))
      await expect(page.getByRole('columnheader', { name: 'User', exact: true })).toHaveAttribute('aria-sort', 'descending')
      await expect(page.locator(rows).first()).toContainText('carl')
      await follow(page, link(page, 'Created'))
      await expect(page).toHaveURL(/sort=created/)
      await expect(page.locator(rows).last()).toContainText('admin')

      // Nothing is offered before something is ticked.
      await expect(button(page, 'Lock selected')).toBeHidden()
      await field(page, 'Select adam').check()
      await field(page, 'Select berta').check()
      await field(page, 'Select admin').check()
      await submit(page, button(page, 'Lock selected'))
      await expect(alert(page)).toContainText('Locked: 2. Refused: 1.')
      await expect(alert(page)).toContainText('Nobody locks themselves')
      await expect(page).toHaveURL(/sort=created/)
      await expect(page.locator(rows).filter({ hasText: 'adam' })).toContainText('locked')

      await field(page, 'Select berta').check()
      await submit(page, button(page, 'Delete selected'))
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Delete selected users')
      if (scripts) await holds(page, 'the question before several are deleted')
      await submit(page, button(page, 'Delete'))
      await expect(status(page)).toHaveText('Deleted: 1.')
      await expect(page.locator(rows)).toHaveCount(3)

      await field(page, 'Search users').fill('nobody of this name')
      await field(page, 'Search users').press('Enter')
      await expect(page.getByRole('heading', { name: 'Nobody found' })).toBeVisible()
      await follow(page, link(page, 'Show all'))
      await expect(page.locator(rows)).toHaveCount(3)
    })
  })
}

test('found as one types, in the place of the list, by the address', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  for (const name of users) await addUser(page, ready, name, password)
  await open(page, `${ready.url}/console/users?sort=created`)
  // It is the same page all along.
  await page.evaluate(() => (document.body.dataset['same'] = 'yes'))
  const search = field(page, 'Search users')
  await search.pressSequentially('BER')
  await expect(page.locator(rows)).toHaveCount(1)
  await expect(page.locator(rows)).toContainText('berta')
  await expect(search).toBeFocused()
  await expect(page).toHaveURL(/\/console\/users\?sort=created&q=BER|\/console\/users\?q=BER&sort=created/)
  await expect(page.locator('[aria-live=polite]')).toHaveText('1 found')
  await expect(page.getByRole('status')).toHaveCount(0)
  await expect(page.locator('body')).toHaveAttribute('data-same', 'yes')

  const download = page.waitForEvent('download')
  await link(page, 'Export CSV').click()
  const lines = (await readFile(await (await download).path(), 'utf8')).trimEnd().split('\r\n')
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain(',berta,')

  // Another claim: nobody; and the way back.
  await field(page, 'Search in').selectOption({ label: 'Email' })
  await expect(page.getByRole('heading', { name: 'Nobody found' })).toBeVisible()
  await expect(link(page, 'Export CSV')).toHaveCount(0)
  await field(page, 'Search in').selectOption({ label: 'Anything' })
  await search.fill('')
  await expect(page.locator(rows)).toHaveCount(4)

  // All on this page.
  await field(page, 'Select all on this page').check()
  await expect(page.getByText('4 selected')).toBeVisible()
  await field(page, 'Select carl').uncheck()
  await expect(field(page, 'Select all on this page')).not.toBeChecked()
  await page.emulateMedia({ colorScheme: 'dark' })
  await clean(page, 'ticked rows, dark')
  await search.fill('a')
  await expect(page.locator(rows)).toHaveCount(2)
  await expect(button(page, 'Lock selected')).toBeHidden()
})

test('a slow answer is given up for a newer one', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  for (const name of users) await addUser(page, ready, name, password)
  await open(page, `${ready.url}/console/users`)
  // The first answer never comes; that it was given up is told by the browser.
  await page.route(/[?&]q=a(&|$)/, () => undefined)
  const asked = page.waitForRequest(/[?&]q=a(&|$)/)
  const dropped = page.waitForEvent('requestfailed', (request) => /[?&]q=a(&|$)/.test(request.url()))
  await field(page, 'Search users').fill('a')
  await asked
  await field(page, 'Search users').fill('carl')
  await dropped
  await expect(page.locator(rows)).toHaveCount(1)
  await expect(page.locator(rows)).toContainText('carl')
  await expect(page).toHaveURL(/q=carl/)
})

test('a session that has ended leads to the sign-in', async ({ page, ready, context }) => {
  await signInToConsole(page, ready)
  await open(page, `${ready.url}/console/users`)
  await context.clearCookies()
  await field(page, 'Search users').fill('a')
  await expect(page).toHaveURL(/\/console\/login\?next=/)
})
