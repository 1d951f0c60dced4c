// Who may use an identity provider, which number its codes go to, and how long sessions last.
import { expect, test } from '../fixtures.ts'
import { signInToConsole } from '../steps/console.ts'
import { openIdentityProvider } from '../steps/identity-provider.ts'
import { alert, button, expectProblem, field, open, openSection, save, submit } from '../steps/pages.ts'
import { providerName } from '../steps/set-up.ts'
import { enterPassword, startAt } from '../steps/sign-in.ts'

test('claim and role configuration of an identity provider', async ({ page, ready, inbox }) => {
  await signInToConsole(page, ready)
  await open(page, `${ready.url}/console/roles/new`)
  await field(page, 'Role Name').fill('sms users')
  await save(page, 'Register')
  await openIdentityProvider(page, ready, providerName)
  await openSection(page, 'Claim Configuration')
  await openSection(page, 'Role Configuration')
  await expect(field(page, 'Number Claim URI')).toHaveValue('http://wso2.org/claims/mobile')
  await field(page, 'Role sms users').check()
  await save(page, 'Update')
  await openSection(page, 'Role Configuration')
  await expect(field(page, 'Role sms users')).toBeChecked()
  await expect(page.getByText('for sms users')).toBeVisible()

  // The administrator lacks the role: the sign-in ends, and says so.
  await startAt(page, ready.sample)
  await enterPassword(page)
  await expect(alert(page)).toContainText('may not use this way to sign in')
  expect(await inbox.count()).toBe(0)
  await open(page, `${ready.url}/console/sign-ins`)
  await expect(page.getByRole('table').getByText('role missing').first()).toBeVisible()
})

test('codes go to the claim that is named, and to no other', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await openIdentityProvider(page, ready, providerName)
  await openSection(page, 'Claim Configuration')
  await field(page, 'Number Claim URI').selectOption('http://wso2.org/claims/telephone')
  await save(page, 'Update')
  // No telephone number: codes do not go to the mobile number instead.
  await startAt(page, ready.sample)
  await enterPassword(page)
  await expect(alert(page)).toContainText('no mobile number')
})

test('session time-outs', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await open(page, `${ready.url}/console/identity-providers/resident`)
  await field(page, 'Idle time-out (minutes)').fill('0')
  await submit(page, button(page, 'Update'))
  await expect(alert(page)).toContainText('1 problem')
  await expectProblem(page, 'Idle time-out (minutes)', /from 1 to 1440/)
  await field(page, 'Idle time-out (minutes)').fill('30')
  await field(page, 'Longest session (hours)').fill('8')
  await save(page, 'Update')
  await expect(page.getByText('Now 30 minutes without use, 8 hours at most.')).toBeVisible()
  await open(page, `${ready.url}/console/audit`)
  await expect(page.getByText(/idle 15 → 30 minutes/).first()).toBeVisible()
})
