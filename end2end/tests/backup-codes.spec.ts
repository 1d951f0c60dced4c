// Backup codes in the browser: shown once, used once, wrong ones told apart from nothing, and the way back to the code by SMS.
import { expect, test } from '../fixtures.ts'
import { askForBackupCode, backupField, enterBackupCode, generateBackupCodes } from '../steps/backup-codes.ts'
import { signInToConsole } from '../steps/console.ts'
import { alert, button, follow, link, status, submit } from '../steps/pages.ts'
import { arrive, codeField, enterCode, loggedIn, logOut, toCodePage } from '../steps/sign-in.ts'
import { openProfile } from '../steps/users.ts'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled })

    test('a backup code signs in once', async ({ page, ready, inbox }) => {
      await signInToConsole(page, ready)
      const [first = '', second = ''] = await generateBackupCodes(page, ready, 'admin')
      await page.reload()
      await expect(page.getByText(first), 'a reload does not show them again').toHaveCount(0)

      await toCodePage(page, ready, inbox)
      await askForBackupCode(page)
      expect(await page.locator('script').count()).toBe(0)
      await enterBackupCode(page, first.toLowerCase().replaceAll('-', ' '))
      await arrive(page, loggedIn(page))
      await logOut(page)

      await toCodePage(page, ready, inbox)
      await askForBackupCode(page)
      await enterBackupCode(page, first)
      await expect(alert(page)).toContainText('was used before')
      await expect(page.getByText('4 attempts left')).toBeVisible()
      await enterBackupCode(page, second)
      await arrive(page, loggedIn(page))

      await openProfile(page, ready, 'admin')
      await expect(page.getByText('8 of 10 are left')).toBeVisible()
    })
  })
}

test('wrong ones end the sign-in like wrong codes', async ({ page, ready, inbox }) => {
  await signInToConsole(page, ready)
  await generateBackupCodes(page, ready, 'admin')
  await toCodePage(page, ready, inbox)
  await askForBackupCode(page)
  for (let i = 0; i < 5; i++) await enterBackupCode(page, 'ZZZZ-ZZZZ-ZZZZ-ZZZZ')
  await expect(backupField(page)).toHaveCount(0)
  await expect(alert(page)).toContainText('Too many wrong codes')
})

test('the code by SMS is a button away', async ({ page, ready, inbox }) => {
  await signInToConsole(page, ready)
  await generateBackupCodes(page, ready, 'admin')
  const code = await toCodePage(page, ready, inbox)
  await askForBackupCode(page)
  await submit(page, button(page, 'Use the code by SMS'))
  await expect(codeField(page)).toBeVisible()
  expect(await inbox.count()).toBe(1)
  await enterCode(page, code)
  await arrive(page, loggedIn(page))
})

test('revoked codes are gone, and the page says so', async ({ page, ready, inbox }) => {
  await signInToConsole(page, ready)
  await generateBackupCodes(page, ready, 'admin')
  await openProfile(page, ready, 'admin')
  await follow(page, link(page, 'Revoke Backup Codes'))
  await submit(page, button(page, 'Revoke'))
  await expect(status(page)).toContainText('Revoked.')
  await toCodePage(page, ready, inbox)
  await askForBackupCode(page)
  await expect(page.getByText('no backup code left')).toBeVisible()
  await expect(backupField(page)).toHaveCount(0)
})
