// Users, their profiles and their passwords.
import { expect, type Page } from '@playwright/test'
import type { Gatehouse } from '../gatehouse.ts'
import { action, field, follow, link, open, save } from './pages.ts'

/** A number that the sandbox delivers to. */
export const workingNumber = '+94771234567'
/** A number for which the sandbox answers 500. */
export const failingNumber = '+94771230500'

export async function openProfile(page: Page, gatehouse: Gatehouse, username: string): Promise<void> {
  await open(page, `${gatehouse.url}/console/users`)
  const row = page.getByRole('row').filter({ has: page.getByText(username, { exact: true }) })
  await follow(page, action(row, 'User Profile'))
  await expect(field(page, 'Mobile')).toBeVisible()
}

export async function setMobile(page: Page, gatehouse: Gatehouse, username: string, number: string): Promise<void> {
  await openProfile(page, gatehouse, username)
  await field(page, 'Mobile').fill(number)
  await save(page, 'Update')
}

export async function newUser(page: Page, gatehouse: Gatehouse): Promise<void> {
  await open(page, `${gatehouse.url}/console/users`)
  await follow(page, link(page, 'Add User').first())
  await expect(field(page, 'Username')).toBeVisible()
}

export async function addUser(page: Page, gatehouse: Gatehouse, username: string, password: string): Promise<void> {
  await newUser(page, gatehouse)
  await field(page, 'Username').fill(username)
  await field(page, 'Password').fill(password)
  await field(page, 'Confirm Password').fill(password)
  await save(page, 'Register')
}

/** Adds a role without permissions and gives it to a user, beside those that the user has. */
export async function giveNewRole(page: Page, gatehouse: Gatehouse, username: string, role: string): Promise<void> {
  await open(page, `${gatehouse.url}/console/roles/new`)
  await field(page, 'Role Name').fill(role)
  await save(page, 'Register')
  await open(page, `${gatehouse.url}/console/users/${username}/roles`)
  await field(page, role).check()
  await save(page, 'Update')
}
