// Users from a CSV file: looked through, repaired, added in the background, and able to sign in.
import { expect, test } from '../fixtures.ts'
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
  })
}

test('columns nobody knows are named by hand; a file is discarded', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await open(page, `${ready.url}/console/users/import`)
  const upload = async (text: string) => {
    await field(page, 'CSV File').setInputFiles({ name: 'staff.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
    await submit(page, button(page, 'Upload'))
  }
  await upload('nora,eleven grey stones\n')
  await expectProblem(page, 'CSV File', /names no column/)
  await upload('Login,First Name\nnora,Nora\n')
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
