// Leaving what is not saved asks: by a link, by Back, and after a form was refused.
import type { Dialog } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import { signInToConsole } from '../steps/console.ts'
import { alert, button, field, link, open, submit } from '../steps/pages.ts'

const forms = {
  '/console/users/admin/profile': 'Department',
  '/console/users/new': 'Username',
  '/console/users/admin/password': 'New Password',
  '/console/roles/new': 'Role Name',
  '/console/claims/edit?uri=http%3A%2F%2Fwso2.org%2Fclaims%2Fmobile': 'Display Name',
  '/console/service-providers/new': 'Service Provider Name',
  '/console/service-providers/1/saml': 'IdP Entity ID Alias',
  '/console/identity-providers/resident/keys/import': 'Certificate',
}

test('leaving unsaved changes asks', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  let asked = 0
  const stay = async (dialog: Dialog) => {
    asked += dialog.type() === 'beforeunload' ? 1 : 0
    await dialog.dismiss()
  }
  const go = async (dialog: Dialog) => dialog.accept()
  for (const [where, label] of Object.entries(forms)) {
    await open(page, ready.url + where)
    page.on('dialog', stay)
    asked = 0
    await field(page, label).click()
    await page.keyboard.type('x')
    await expect(page.locator('[data-save-state]'), where).toContainText('1 unsaved change')
    await link(page, 'Audit Log').click()
    await expect.poll(() => asked, where).toBe(1)
    await page.evaluate(() => history.back())
    await expect.poll(() => asked, `${where}, Back`).toBe(2)
    expect(page.url()).toBe(ready.url + where)
    page.off('dialog', stay)
    page.once('dialog', go)
  }
  await open(page, `${ready.url}/console/roles/new`)
  await submit(page, button(page, 'Register'))
  await expect(alert(page)).toContainText('Role Name is missing')
  await expect(page.locator('[data-save-state]')).toContainText('not saved yet')
  await field(page, 'Role Name').click()
  page.on('dialog', stay)
  asked = 0
  await link(page, 'Audit Log').click()
  await expect.poll(() => asked, 'what was refused is not saved either').toBe(1)
})
