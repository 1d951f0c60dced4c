// A user's sessions, seen and ended by an administrator.
import { expect, test } from '../fixtures.ts'
import { signInToConsole } from '../steps/console.ts'
import { button, follow, link, open, status, submit } from '../steps/pages.ts'
import { openProfile } from '../steps/users.ts'

test('another browser is shown and put out; ending one\'s own session signs out', async ({ page, browser, ready }) => {
  const elsewhere = await browser.newContext({ javaScriptEnabled: false })
  const other = await elsewhere.newPage()
  await signInToConsole(page, ready)
  await signInToConsole(other, ready)
  await openProfile(page, ready, 'admin')
  await follow(page, link(page, 'Sessions'))
  const rows = page.getByRole('row').filter({ hasText: 'Console' })
  // Whoever made the set-up is signed in too, for a while.
  await submit(page, button(page, 'End all sessions'))
  await expect(rows).toHaveCount(1)
  await signInToConsole(other, ready)
  await open(page, page.url())
  await expect(rows).toHaveCount(2)
  await expect(rows.filter({ hasText: 'this one' })).toHaveCount(1)
  await expect(rows.first()).toContainText('Chrome on Linux')

  const theirs = rows.filter({ hasNotText: 'this one' })
  await submit(page, button(theirs, 'End'))
  await expect(status(page)).toContainText('The session has ended')
  await expect(rows).toHaveCount(1)
  await open(other, `${ready.url}/console/users`)
  await expect(button(other, 'Sign In')).toBeVisible()

  await signInToConsole(other, ready)
  await open(page, page.url())
  await submit(page, button(page, 'End all sessions'))
  await expect(rows).toHaveCount(1)
  await open(other, `${ready.url}/console/users`)
  await expect(button(other, 'Sign In')).toBeVisible()
  await submit(page, button(page, 'Sign out here'))
  await expect(button(page, 'Sign In')).toBeVisible()
  await elsewhere.close()
})
