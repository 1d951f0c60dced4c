// Backup codes: made in the console, typed where a code by SMS is asked.
import { expect, type Locator, type Page } from '@playwright/test'
import type { Gatehouse } from '../gatehouse.ts'
import { button, field, follow, link, submit } from './pages.ts'
import { openProfile } from './users.ts'

export const backupField = (page: Page): Locator => field(page, 'Backup code')

/** Has new codes made for a user, and returns them as the page shows them. */
export async function generateBackupCodes(page: Page, gatehouse: Gatehouse, username: string): Promise<string[]> {
  await openProfile(page, gatehouse, username)
  await follow(page, link(page, 'Generate Backup Codes'))
  await submit(page, button(page, 'Generate'))
  const codes = page.getByRole('main').getByText(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)
  await expect(codes).toHaveCount(10)
  return codes.allInnerTexts()
}

export async function askForBackupCode(page: Page): Promise<void> {
  await submit(page, button(page, 'Use a backup code'))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Use a backup code')
}

export async function enterBackupCode(page: Page, code: string): Promise<void> {
  await backupField(page).fill(code)
  await submit(page, button(page, 'Authenticate'))
}
