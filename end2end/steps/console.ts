// Into and around the console.
import { readFileSync } from 'node:fs'
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

const phone = 'uri=http%3A%2F%2Fwso2.org%2Fclaims%2Fmobile'
const department = 'uri=http%3A%2F%2Fwso2.org%2Fclaims%2Fdepartment'

/** Every page of the console, on what the walk-through's set-up has made. */
export const consolePages = [
  '/console',
  '/console/confirm-password',
  '/console/identity-providers',
  '/console/identity-providers/new',
  '/console/identity-providers/1',
  '/console/identity-providers/1/delete',
  '/console/identity-providers/resident',
  '/console/identity-providers/resident/keys/publish',
  '/console/identity-providers/resident/keys/import',
  '/console/identity-providers/resident/keys/1/use',
  '/console/identity-providers/resident/keys/1/retire',
  '/console/service-providers',
  '/console/service-providers/new',
  '/console/service-providers/1',
  '/console/service-providers/1/saml',
  '/console/service-providers/1/metadata',
  '/console/service-providers/1/authentication-steps',
  '/console/service-providers/1/preview',
  '/console/service-providers/1/blocked-users?reason=no_number',
  '/console/service-providers/1/delete',
  '/console/users',
  '/console/users/new',
  '/console/users/import',
  '/console/users/admin/profile',
  '/console/users/admin/roles',
  '/console/users/admin/password',
  '/console/users/admin/backup-codes',
  '/console/users/admin/backup-codes/revoke',
  '/console/users/admin/sessions',
  '/console/users/admin/delete',
  '/console/roles',
  '/console/roles/new',
  '/console/roles/1',
  '/console/roles/1/delete',
  '/console/claims',
  '/console/claims/new',
  `/console/claims/edit?${phone}`,
  `/console/claims/delete?${department}`,
  '/console/deliveries',
  '/console/sign-ins',
  '/console/audit',
]

/** Pages that are not opened by an address alone, and where they are looked at. */
const elsewhere = {
  '/console/login': 'accessibility.spec.ts, signed out',
  '/console/service-providers/import': 'metadata-import.spec.ts: it chooses from what was given before',
  '/console/service-providers/:id/metadata/compare': 'accessibility.spec.ts: it shows what was compared before',
  '/console/service-providers/delete-selected': 'lists.spec.ts: rows have to be chosen first',
  '/console/users/delete-selected': 'lists.spec.ts: rows have to be chosen first',
  '/console/users/import/:id/columns': 'users-import.spec.ts: a file has to be uploaded first',
  '/console/users/import/:id/review': 'users-import.spec.ts: a file has to be uploaded first',
  '/console/users/import/:id/progress': 'users-import.spec.ts: a file has to be uploaded first',
  '/console/deliveries/:id': 'deliveries.spec.ts: a message has to be sent first',
  '/console/sign-ins/:id': 'time-line.spec.ts: somebody has to sign in first',
  '/console/audit/:id': 'time-line.spec.ts: something has to be changed first',
}

/** The pages that the router has and nobody looks at, and those that somebody looks at and are not there any more. */
export function unseenPages(): string[] {
  const table = readFileSync(new URL('../../app/src/routes.rs', import.meta.url), 'utf8')
  const routes = [...table.matchAll(/path!\("(\/console[^"]*)"\)/g)].map(([, route]) => route ?? '')
  // A page of its own comes before one with a parameter, as in the router.
  const fixed = new Set(routes.filter((route) => !route.includes(':')))
  const isOf = (route: string, page: string) => {
    const path = page.replace(/\?.*/, '')
    return fixed.has(path) ? route === path : new RegExp(`^${route.replace(/:[^/]+/g, '[^/]+')}$`).test(path)
  }
  const unseen = routes.filter((route) => !(route in elsewhere) && !consolePages.some((page) => isOf(route, page)))
  const gone = consolePages.filter((page) => !routes.some((route) => isOf(route, page)))
  return [...unseen, ...gone, ...Object.keys(elsewhere).filter((route) => !routes.includes(route))]
}
