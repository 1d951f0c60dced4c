// A user without a number, and an identity provider that lets such users enter one.
import { expect, type Page } from '@playwright/test'
import type { Gatehouse } from '../gatehouse.ts'
import { signInToConsole } from './console.ts'
import { openIdentityProvider, openSmsSettings } from './identity-provider.ts'
import { field, openSection, save } from './pages.ts'
import { providerName } from './set-up.ts'
import { enterPassword, startAt } from './sign-in.ts'
import { addUser } from './users.ts'

export const nora = { username: 'nora', password: 'eleven grey stones' }

export async function letNumbersBeEntered(page: Page, gatehouse: Gatehouse) {
  await signInToConsole(page, gatehouse)
  await openIdentityProvider(page, gatehouse, providerName)
  await openSmsSettings(page)
  const option = field(page, 'Let users without a number enter one')
  if (!(await option.isVisible())) await openSection(page, 'Code policy')
  await expect(option).not.toBeChecked()
  await option.check()
  await save(page, 'Update')
  await addUser(page, gatehouse, nora.username, nora.password)
}

export async function toNumberPage(page: Page, gatehouse: Gatehouse): Promise<void> {
  await startAt(page, gatehouse.sample)
  await enterPassword(page, nora)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Enter your mobile number')
}
