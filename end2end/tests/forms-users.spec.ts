// Users' forms and the console's own sign-in with wrong input.
import { expect, test } from '../fixtures.ts'
import { adminPassword } from '../gatehouse.ts'
import { signInToConsole } from '../steps/console.ts'
import { action, alert, button, expectProblem, field, follow, open, save, status, submit } from '../steps/pages.ts'
import { addUser, newUser, openProfile, setMobile } from '../steps/users.ts'

for (const scripts of [true, false]) {
  test.describe(scripts ? 'with scripts' : 'without scripts', () => {
    test.use({ javaScriptEnabled: scripts })

    test('a new user: missing, taken, unequal, too short, the name itself, a common one', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      const good = 'eleven grey stones'
      for (const [username, password, again, label] of [
        ['', good, good, 'Username'],
        ['admin', good, good, 'Username'],
        ['u'.repeat(300), good, good, 'Username'],
        ['nora', '', '', 'Password'],
        ['nora', 'short', 'short', 'Password'],
        ['nora', good, 'something else 4', 'Confirm Password'],
        ['nora.long.name', 'nora.long.name', 'nora.long.name', 'Password'],
        ['nora', 'password123', 'password123', 'Password'],
      ] as const) {
        await newUser(page, ready)
        await field(page, 'Username').fill(username)
        await field(page, 'Password').fill(password)
        await field(page, 'Confirm Password').fill(again)
        await submit(page, button(page, 'Register'))
        await expectProblem(page, label, /\S/)
        await expect(field(page, 'Username')).toHaveValue(username)
      }
      await addUser(page, ready, 'nora', good)
      await open(page, `${ready.url}/console/users`)
      await expect(page.getByRole('main').getByText('nora', { exact: true }).first()).toBeVisible()
    })

    test('a number that cannot be a mobile number is refused with the reason', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      await openProfile(page, ready, 'admin')
      await field(page, 'First Name').fill('Ada')
      for (const number of ['hello', '12', '0771234567', '+1 212 555', '+999123456789']) {
        await field(page, 'Mobile').fill(number)
        await submit(page, button(page, 'Update'))
        await expectProblem(page, 'Mobile', /\S/)
        await expect(field(page, 'Mobile')).toHaveValue(number)
        await expect(field(page, 'First Name')).toHaveValue('Ada')
      }
      await setMobile(page, ready, 'admin', '+94 (77) 765-4321')
      await openProfile(page, ready, 'admin')
      expect((await field(page, 'Mobile').inputValue()).replace(/\s/g, '')).toBe('+94777654321')
    })

    test('a new password: unequal is refused, a good one is asked for at the next sign-in', async ({ page, ready }) => {
      await signInToConsole(page, ready)
      await addUser(page, ready, 'nora', 'eleven grey stones')
      await open(page, `${ready.url}/console/users`)
      const row = page.getByRole('row').filter({ has: page.getByText('nora', { exact: true }) })
      await follow(page, action(row, 'Change Password'))
      await field(page, 'New Password').fill('twelve grey stones')
      await field(page, 'Confirm Password').fill('twelve green stones')
      await submit(page, button(page, 'Change'))
      await expectProblem(page, 'Confirm Password', /\S/)
      await field(page, 'New Password').fill('twelve grey stones')
      await field(page, 'Confirm Password').fill('twelve grey stones')
      await save(page, 'Change')
      await expect(status(page)).toBeVisible()
      // The right password of a user without a role is answered with that, and not as a wrong one.
      await page.context().clearCookies()
      for (const [password, words] of [['eleven grey stones', /wrong/], ['twelve grey stones', /no role/]] as const) {
        await open(page, `${ready.url}/console/login`)
        await field(page, 'Username').fill('nora')
        await field(page, 'Password').fill(password)
        await submit(page, button(page, 'Sign In'))
        await expect(alert(page)).toContainText(words)
      }
    })

    test('the console\'s sign-in: nothing, an unknown name, a wrong password', async ({ page, ready }) => {
      const words: string[] = []
      for (const [username, password] of [['nobody', 'not this one 12'], ['admin', 'not this one 12']] as const) {
        await open(page, `${ready.url}/console/login`)
        await field(page, 'Username').fill(username)
        await field(page, 'Password').fill(password)
        await submit(page, button(page, 'Sign In'))
        await expect(alert(page)).toBeVisible()
        words.push(await alert(page).innerText())
        await expect(field(page, 'Username')).toHaveValue(username)
        await expect(field(page, 'Password')).toHaveValue('')
      }
      expect(words[0]).toBe(words[1])
      await submit(page, button(page, 'Sign In'))
      await expect(alert(page)).toBeVisible()
      await signInToConsole(page, ready, { password: adminPassword })
    })
  })
}
