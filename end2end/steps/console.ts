// Into and around the console.
import { expect, type Page } from '@playwright/test'
import { adminPassword, type Gatehouse } from '../gatehouse.ts'
import { button, field, follow, open, submit } from './pages.ts'

export async function signInToConsole(
  page: Page,
  gatehouse: Gatehouse,
  { username = 'admin', password = adminPassword } = {},
): Promise<void> {
  await open(page, `${gatehouse.url}/console`)
  await field(page, 'Username').fill(username)
  await field(page, 'Password').fill(password)
  await submit(page, button(page, 'Sign In'))
  await expect(page.getByRole('navigation').first()).toBeVisible()
  expect(new URL(page.url()).pathname).not.toBe('/console/login')
}

/** Follows the left navigation, as a person does. */
export async function goBy(page: Page, ...names: string[]): Promise<void> {
  for (const name of names) {
    await follow(page, page.getByRole('navigation').getByRole('link', { name, exact: true }).first())
  }
}

/** Every page of the console that stands without a thing of one's own. */
export const consolePages = [
  '/console/identity-providers',
  '/console/identity-providers/new',
  '/console/identity-providers/resident',
  '/console/service-providers',
  '/console/service-providers/new',
  '/console/users',
  '/console/users/new',
  '/console/users/admin/profile',
  '/console/users/admin/roles',
  '/console/users/admin/password',
  '/console/roles',
  '/console/roles/new',
  '/console/claims',
  '/console/claims/new',
  '/console/deliveries',
  '/console/sign-ins',
  '/console/audit',
]
