// The session ends while a form is open: sign in again in place, and the form stands as typed. With and without scripts
// side by side, since a session lives a minute at least.
import { expect, test } from '../fixtures.ts'
import { adminPassword, Gatehouse } from '../gatehouse.ts'
import { signInToConsole } from '../steps/console.ts'
import { alert, button, field, open, save, status, submit } from '../steps/pages.ts'

test('nothing that was typed is lost', async ({ browser, data, ports }) => {
  test.setTimeout(150_000)
  const gatehouse = await Gatehouse.start(ports, data, { GATEHOUSE_SESSION__IDLE_MINUTES: '1' })
  try {
    const pages = []
    for (const javaScriptEnabled of [true, false]) {
      const page = await (await browser.newContext({ javaScriptEnabled })).newPage()
      const name = `Wiki “${javaScriptEnabled ? 1 : 2}”`
      await signInToConsole(page, gatehouse)
      await open(page, `${gatehouse.url}/console/service-providers/new`)
      await field(page, 'Service Provider Name').fill(name)
      await field(page, 'Description').fill('two\nlines')
      pages.push({ page, name })
    }
    const typed = Date.now()
    await expect.poll(() => Date.now() - typed, { timeout: 90_000, intervals: [1_000] }).toBeGreaterThan(61_000)

    for (const { page, name } of pages) {
      // It is sent, and so no longer unsaved: nothing asks.
      page.on('dialog', (dialog) => expect.soft(dialog.type(), 'nothing asks').toBe('none'))
      await submit(page, button(page, 'Register'))
      await expect(page).toHaveURL(/\/console\/login\?next=/)
      await expect(status(page)).toContainText('Nothing is lost: sign in as admin')
      await expect(field(page, 'Username')).toHaveValue('admin')
      await field(page, 'Password').fill(adminPassword)
      await submit(page, button(page, 'Sign In'))
      await expect(alert(page)).toContainText('Your session had ended before this was saved.')
      await expect(field(page, 'Service Provider Name')).toHaveValue(name)
      await expect(field(page, 'Description')).toHaveValue('two\nlines')
      await save(page, 'Register')
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(name)
      await page.context().close()
    }
  } finally {
    await gatehouse.stop()
  }
})
