// What an application demands and a profile lacks is asked for at sign-in, and kept.
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import type { Gatehouse } from '../gatehouse.ts'
import { holds } from '../steps/look.ts'
import { alert, button, expectProblem, field, save, submit } from '../steps/pages.ts'
import { applicationName } from '../steps/set-up.ts'
import { addClaim, claimRow, openServiceProvider } from '../steps/service-provider.ts'
import { signInToConsole } from '../steps/console.ts'
import { arrive, enterCode, loggedIn, logIn, logOut, toCodePage } from '../steps/sign-in.ts'
import { openProfile } from '../steps/users.ts'

const department = 'http://wso2.org/claims/department'

/** The application demands a department, which the administrator's profile lacks. */
async function demandDepartment(page: Page, gatehouse: Gatehouse): Promise<void> {
  await signInToConsole(page, gatehouse)
  await openServiceProvider(page, gatehouse, applicationName)
  await addClaim(page, department)
  await field(claimRow(page, 2), 'Mandatory Claim').check()
  await save(page, 'Update')
}

for (const scripts of [true, false]) {
  test.describe(scripts ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('a mandatory claim is asked for, checked and kept', async ({ page, ready, inbox }) => {
      await demandDepartment(page, ready)

      const code = await toCodePage(page, ready, inbox)
      await enterCode(page, code)
      await expect(page.getByRole('heading', { name: 'Complete your profile' })).toBeVisible()
      expect(await page.locator('script').count()).toBe(0)
      await submit(page, button(page, 'Save and continue'))
      await expect(alert(page)).toContainText('Nothing was saved')
      await expectProblem(page, 'Department', /missing/)
      if (scripts) await holds(page, 'what is asked for')
      await field(page, 'Department').fill('Research')
      await submit(page, button(page, 'Save and continue'))
      await arrive(page, loggedIn(page))
      await expect(page.getByText('Research').first()).toBeVisible()

      await openProfile(page, ready, 'admin')
      await expect(field(page, 'Department')).toHaveValue('Research')
      // A second application is asked nothing more.
      await page.goto(ready.sample)
      await logOut(page)
    })

    test('whoever leaves the question is not signed in', async ({ page, ready, inbox }) => {
      await demandDepartment(page, ready)
      const code = await toCodePage(page, ready, inbox)
      await enterCode(page, code)
      await button(page, `Return to ${applicationName}`).click()
      await arrive(page, logIn(page).or(page.getByText('AuthnFailed')))
      await expect(loggedIn(page)).toHaveCount(0)
    })
  })
}
