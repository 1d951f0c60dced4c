// Users from a CSV file: looked through, repaired, added in the background, and able to sign in.
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import type { Gatehouse } from '../gatehouse.ts'
import { signInToConsole } from '../steps/console.ts'
import { holds } from '../steps/look.ts'
import { button, expectProblem, field, follow, link, open, status, submit } from '../steps/pages.ts'
import { openProfile } from '../steps/users.ts'

const file = [
  'Username;Password;First Name;Mobile;Shoe size',
  'nora;eleven grey stones;Nora;077 123 4567;38',
  'odd;eleven grey stones;Ödd;12;39',
  'Nora;eleven grey stones;Other;;40',
].join('\r\n')

/** Uploads a CSV file; ends on the page that comes of it. */
async function upload(page: Page, gatehouse: Gatehouse, lines: string[]): Promise<void> {
  await open(page, `${gatehouse.url}/console/users/import`)
  await field(page, 'CSV File').setInputFiles({ name: 'staff.csv', mimeType: 'text/csv', buffer: Buffer.from(`${lines.join('\n')}\n`) })
  await submit(page, button(page, 'Upload'))
}

/** What the page says under this name. */
const fact = (page: Page, name: string) =>
  page.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::dd')

for (const scripts of [true, false]) {
  test.describe(scripts ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('a local number is repaired, a duplicate left out, the rest added', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      await open(page, `${ready.url}/console/users`)
      await follow(page, link(page, 'Import Users'))
      await field(page, 'Default Country').selectOption('LK')
      await field(page, 'CSV File').setInputFiles({
        name: 'staff.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(`\ufeff${file}`, 'utf16le'),
      })
      await submit(page, button(page, 'Upload'))

      await expect(page.getByText('Read as UTF-16, separated by semicolons.')).toBeVisible()
      await expect(page.getByText('Ignored: Shoe size.')).toBeVisible()
      await expect(page.getByText('Becomes +94771234567')).toBeVisible()
      await expectProblem(page, 'Mobile of line 3', /\S/)
      await expectProblem(page, 'Username of line 4', /earlier row/)
      if (scripts) await holds(page, 'the grid')
      await field(page, 'Mobile of line 3').fill('0777 654 321')
      // Enter saves; it leaves nobody out.
      await field(page, 'Mobile of line 3').press('Enter')
      await expect(status(page)).toContainText('Saved and checked again')
      await expect(page.getByText('Becomes +94777654321')).toBeVisible()
      await submit(page, button(page, 'Leave out line 4'))
      await expect(status(page)).toContainText('Left out')
      await submit(page, button(page, 'Import 2 Users'))

      // The page shows itself again until it is done.
      await expect(page.getByRole('heading', { name: 'Import finished' })).toBeVisible({ timeout: 30_000 })
      await expect(link(page, 'Download CSV')).toBeVisible()
      if (scripts) await holds(page, 'the end of an import')
      await openProfile(page, ready, 'odd')
      expect((await field(page, 'Mobile').inputValue()).replace(/\s/g, '')).toBe('+94777654321')
    })

    test('what was not added is taken along with its reason and without its password, then discarded', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      await upload(page, ready, [
        'Username,Password,First Name,Mobile',
        'nora,eleven grey stones,Nora,',
        'odd,twelve grey stones,Ödd,12',
        'admin,thirteen grey stones,Admin,',
        'carl,fourteen grey stones,"Carl, the other",',
      ])
      await submit(page, button(page, 'Leave out line 5'))
      await submit(page, button(page, 'Import 1 User'))
      await expect(page.getByRole('heading', { name: 'Import finished' })).toBeVisible({ timeout: 30_000 })
      for (const name of ['Added', 'Already there', 'With problems', 'Left out']) await expect(fact(page, name), name).toHaveText('1')
      const download = page.waitForEvent('download')
      await link(page, 'Download CSV').click()
      const text = await readFile(await (await download).path(), 'utf8')
      expect(text.trimEnd().split('\r\n')).toEqual([
        'Line,Reason,Username,First Name,Mobile',
        '3,not a mobile number,odd,Ödd,12',
        '4,user name already there,admin,Admin,',
        '5,left out,carl,"Carl, the other",',
      ])
      const file = page.url().replace(/\/progress.*/, '/left.csv')
      expect((await page.request.get(file)).status()).toBe(200)
      await submit(page, button(page, 'Discard'))
      await expect(status(page)).toHaveText('Discarded. Nothing of the file is kept.')
      expect((await page.request.get(file)).status()).toBe(404)
    })

    test('Stop: who was added stays, nobody is added afterwards, and the rest of the file is gone', async ({ page, ready }) => {
      test.setTimeout(120_000)
      // Each password takes a while to hash, one after the other: all of them take minutes.
      const names = Array.from({ length: 6_000 }, (_, n) => `staff${String(n + 1).padStart(4, '0')}`)
      await signInToConsole(page, ready)
      await upload(page, ready, ['Username,Password', ...names.map((name) => `${name},eleven grey stones`)])
      await submit(page, button(page, 'Import 6,000 Users'))
      await expect(page.getByRole('heading', { name: 'Import under way' })).toBeVisible()
      // The page shows itself again; some are to be there before it is stopped.
      await expect(page.getByText(/^[1-9][\d,]* of 6,000 users added\. About .* left\.$/)).toBeVisible({ timeout: 45_000 })
      await submit(page, button(page, 'Stop'))
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Import stopped')
      await expect(status(page)).toHaveText('The import was stopped. Users that were added already stay.')
      await expect(page.getByText('Users that were added stay; the rest of the file is deleted.')).toBeVisible()
      const told = await fact(page, 'Added').innerText()
      const added = Number(told.replace(',', ''))
      expect(added).toBeGreaterThan(0)
      expect(added, 'it was still running').toBeLessThan(6_000)

      // Nothing of the file is left to download, and nobody comes after.
      await expect(link(page, 'Download CSV')).toHaveCount(0)
      expect((await page.request.get(page.url().replace(/\/progress.*/, '/left.csv'))).status()).toBe(404)
      await open(page, `${ready.url}/console/audit`)
      await expect(page.getByRole('table').getByRole('rowheader').first()).toContainText(`stopped by hand; ${added} of 6000 added`)
      await open(page, `${ready.url}/console/users?q=staff`)
      await expect(page.locator('[aria-live=polite]')).toHaveText(`${told} found`)
      await expect(link(page, 'staff0001')).toBeVisible()
      await open(page, `${ready.url}/console/users?q=${names[added]}`)
      await expect(page.getByRole('heading', { name: 'Nobody found' })).toBeVisible()
      // Another file can be taken at once.
      await upload(page, ready, ['Username,Password', 'nora,eleven grey stones'])
      await expect(button(page, 'Import 1 User')).toBeVisible()
    })
  })
}

test('columns nobody knows are named by hand; a file is discarded', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await upload(page, ready, ['nora,eleven grey stones'])
  await expectProblem(page, 'CSV File', /names no column/)
  await upload(page, ready, ['Login,First Name', 'nora,Nora'])
  await follow(page, link(page, 'Columns'))
  await holds(page, 'the columns')
  await field(page, 'Column 1: Login').selectOption({ label: 'Username' })
  await field(page, 'Import users without a password').check()
  await submit(page, button(page, 'Apply and check again'))
  await expect(button(page, 'Import 1 User')).toBeVisible()
  await follow(page, link(page, 'Discard'))
  await submit(page, button(page, 'Discard'))
  await expect(status(page)).toContainText('Nothing of the file is kept')
  await open(page, `${ready.url}/console/users`)
  await expect(page.getByRole('main').getByText('nora', { exact: true })).toHaveCount(0)
})
