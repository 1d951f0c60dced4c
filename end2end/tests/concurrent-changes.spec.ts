// Two administrators at one form: what differs is shown, and nothing is overwritten unseen.
import { expect, test } from '../fixtures.ts'
import { signInToConsole } from '../steps/console.ts'
import { alert, button, field, follow, link, open, save, submit } from '../steps/pages.ts'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled })

    test('the second to save compares, takes over or overwrites', async ({ page, ready, browser }) => {
      const profile = `${ready.url}/console/users/admin/profile`
      await signInToConsole(page, ready)
      const other = await (await browser.newContext({ javaScriptEnabled })).newPage()
      await signInToConsole(other, ready)
      await open(page, profile)
      await open(other, profile)
      await field(other, 'Department').fill('Theirs')
      await save(other, 'Update')

      await field(page, 'Department').fill('Mine')
      await submit(page, button(page, 'Update'))
      await expect(alert(page)).toContainText('Somebody else has changed this')
      await expect(page.getByRole('row', { name: 'Department Theirs Mine' })).toBeVisible()
      await expect(field(page, 'Department')).toHaveValue('Mine')
      // The problem leads to the table.
      await alert(page).getByRole('link').click()
      await expect(page.locator('#f-version')).toBeInViewport()

      if (javaScriptEnabled) page.once('dialog', (dialog) => dialog.accept())
      await follow(page, link(page, 'Take over what is saved'))
      await expect(field(page, 'Department')).toHaveValue('Theirs')

      await field(other, 'Department').fill('Theirs again')
      await save(other, 'Update')
      await field(page, 'Department').fill('Mine')
      await submit(page, button(page, 'Update'))
      await expect(page.getByRole('row', { name: 'Department Theirs again Mine' })).toBeVisible()
      await save(page, 'Update')
      await expect(field(page, 'Department')).toHaveValue('Mine')
      await other.context().close()
    })
  })
}
