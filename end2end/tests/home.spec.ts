// Home: the guide that ticks itself off, charts that are also tables, figures that lead to their lists.
import { expect, test } from '../fixtures.ts'
import { goBy, signInToConsole } from '../steps/console.ts'
import { addIdentityProvider, nexmo } from '../steps/identity-provider.ts'
import { fitsNarrow } from '../steps/look.ts'
import { follow, link, open } from '../steps/pages.ts'
import { applicationName, setUp } from '../steps/set-up.ts'
import { signIn } from '../steps/sign-in.ts'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled })

    test('the guide ticks each step off, and is one line when all are done', async ({ page, fresh }) => {
      await signInToConsole(page, fresh)
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Home')
      await expect(page.getByText('0 of 5 done')).toBeVisible()
      await follow(page, link(page, 'To Add Identity Provider'))
      await expect(page).toHaveURL(/\/console\/identity-providers\/new$/)
      await open(page, `${fresh.url}/console`)
      await follow(page, link(page, 'Go to your profile'))
      await expect(page).toHaveURL(/\/console\/users\/admin\/profile$/)
    })
  })
}

test('a step is done when it is true, and undone when it is not', async ({ page, fresh }) => {
  await signInToConsole(page, fresh)
  await addIdentityProvider(page, fresh, 'SMSOTP', nexmo(fresh))
  await open(page, `${fresh.url}/console`)
  await expect(page.getByText('1 of 5 done')).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'Add an identity provider' })).toContainText('Done')
  await expect(page.getByRole('listitem').filter({ hasText: 'Register a service provider' })).toContainText('To do')
})

test('charts, figures and the finished guide', async ({ page, ready, inbox }) => {
  await signIn(page, ready, inbox)
  await signInToConsole(page, ready)
  await open(page, `${ready.url}/console`)
  const guide = page.locator('summary').filter({ hasText: 'First steps' })
  await expect(guide).toContainText('All 5 are done')
  await expect(link(page, 'Go to Sign-ins').or(link(page, 'Open the sample application'))).toBeHidden()

  await expect(page.getByRole('img', { name: /^Sign-ins by hour, most at .*1 signed in/ })).toBeVisible()
  await expect(page.getByRole('img', { name: /^Messages by day, most at .*1 accepted/ })).toBeVisible()
  await page.locator('summary').filter({ hasText: 'Last 24 hours: sign-ins as a table' }).click()
  await expect(page.getByRole('table', { name: 'Sign-ins by time' }).first()).toContainText('1')

  // Everybody has a number so far: nothing is behind a nought.
  const figures = page.getByRole('table', { name: 'Users who cannot pass the SMS step' })
  await expect(figures.getByRole('row').filter({ hasText: applicationName })).toContainText('0')
  await expect(figures.getByRole('link', { name: /No mobile number/ })).toHaveCount(0)
  await fitsNarrow(page, 'Home')
})

test('a figure leads to the users behind it', async ({ page, fresh }) => {
  await setUp(page, fresh)
  await open(page, `${fresh.url}/console/users/admin/profile`)
  await page.getByLabel('Mobile', { exact: true }).fill('')
  await page.getByRole('button', { name: 'Update', exact: true }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Updated' })).toBeVisible()
  await open(page, `${fresh.url}/console`)
  await follow(page, page.getByRole('link', { name: /^1: No mobile number/ }))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No mobile number')
  await follow(page, link(page, 'admin'))
  await expect(page).toHaveURL(/\/console\/users\/admin\/profile$/)
  await goBy(page, 'Sign-ins')
})
