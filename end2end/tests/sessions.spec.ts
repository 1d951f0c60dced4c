// Two sessions in one browser: the console's, and the one that applications share.
import { expect, test } from '../fixtures.ts'
import { adminPassword } from '../gatehouse.ts'
import { signInToConsole } from '../steps/console.ts'
import { action, button, field, submit } from '../steps/pages.ts'
import { arrive, loggedIn, logIn, logOut, signIn } from '../steps/sign-in.ts'

test('signing in to the console satisfies no step, and signing in to an application does not open the console', async ({ page, ready, inbox }) => {
  await signIn(page, ready, inbox)
  await page.goto(`${ready.url}/console/users`)
  await expect(page).toHaveURL(/\/console\/login\?next=/)
  await signInToConsole(page, ready)
  await page.goto(`${ready.sample}/`)
  await logOut(page)
  await page.goto(`${ready.url}/console/users`)
  await expect(page.getByRole('navigation').first(), 'logging out of an application leaves the console open').toBeVisible()
  await page.goto(`${ready.sample}/`)
  await logIn(page).click()
  await arrive(page, field(page, 'Username'))
})

test('signing out of the console leaves the applications alone', async ({ page, ready, inbox }) => {
  await signIn(page, ready, inbox)
  await signInToConsole(page, ready)
  await action(page, 'Sign out').click()
  await expect(page).toHaveURL(/\/console\/login/)
  await page.goto(`${ready.url}/console/users`)
  await expect(page).toHaveURL(/\/console\/login\?next=/)
  await page.goto(`${ready.sampleElsewhere}/`)
  await logIn(page).click()
  await arrive(page, loggedIn(page))
})

test('the console leads back to the page that was asked for, and to no other site', async ({ page, ready }) => {
  await page.goto(`${ready.url}/console/roles`)
  await expect(page).toHaveURL(/\/console\/login\?next=/)
  const login = page.url()
  for (const next of ['https://evil.example.org/', '//evil.example.org/', '/\\evil.example.org', 'javascript:alert(1)']) {
    await page.context().clearCookies()
    await page.goto(`${ready.url}/console/login?next=${encodeURIComponent(next)}`)
    await enter()
    expect(new URL(page.url()).origin, next).toBe(ready.url)
  }
  await page.context().clearCookies()
  await page.goto(login)
  await enter()
  await expect(page).toHaveURL(`${ready.url}/console/roles`)

  async function enter() {
    await field(page, 'Username').fill('admin')
    await field(page, 'Password').fill(adminPassword)
    await submit(page, button(page, 'Sign In'))
    await expect(page.getByRole('navigation').first()).toBeVisible()
  }
})
