// Everything above the sign-in works without scripts, too: the set-up by plain forms, the sign-in, the way out.
import { expect, test } from '../fixtures.ts'
import { clickatell } from '../steps/identity-provider.ts'
import { field } from '../steps/pages.ts'
import { setUp } from '../steps/set-up.ts'
import { arrive, codeField, enterCode, enterPassword, loggedIn, logIn, logInByPost, logOut, signIn, startAt } from '../steps/sign-in.ts'
import { Inbox } from '../steps/sms.ts'

test.use({ javaScriptEnabled: false })

test('the whole walk-through', async ({ page, fresh }) => {
  await setUp(page, fresh, clickatell(fresh))
  const inbox = new Inbox(fresh)
  await signIn(page, fresh, inbox)
  await logOut(page)
})

test('sign-in and out of the sample app', async ({ page, ready, inbox }) => {
  await signIn(page, ready, inbox)
  await logOut(page)
  await logIn(page).click()
  await arrive(page, field(page, 'Username'))
})

test('a request by POST', async ({ page, ready, inbox }) => {
  await startAt(page, ready.sample, logInByPost)
  await enterPassword(page)
  await expect(codeField(page)).toBeVisible()
  await enterCode(page, await inbox.next())
  await arrive(page, loggedIn(page))
})
