// A service provider that we did not write, with every check it has switched on.
import { expect, test } from '../fixtures.ts'
import { signInToConsole } from '../steps/console.ts'
import { mobileClaim } from '../steps/service-provider.ts'
import { strictApplication } from '../steps/saml.ts'
import { addApplication } from '../steps/set-up.ts'
import { arrive, enterCode, enterPassword } from '../steps/sign-in.ts'
import { workingNumber } from '../steps/users.ts'

const issuer = 'https://strict.example.org/saml'

test('node-saml accepts the response: both signatures, audience, recipient, times, its own request', async ({ page, ready, inbox }) => {
  const application = await strictApplication(ready, issuer)
  try {
    await signInToConsole(page, ready)
    await addApplication(page, ready, { name: 'Strict', issuer, consumers: [application.consumer] })
    await page.goto(await application.login())
    await enterPassword(page)
    await enterCode(page, await inbox.next())
    await arrive(page, page.getByText('Welcome admin'))
    const profile = application.profile()
    expect(profile?.issuer).toBe(`${ready.url}/identity/metadata/saml2`)
    expect(profile?.nameID).toBe('admin')
    expect(profile?.sessionIndex).toBeTruthy()
    expect(profile?.[mobileClaim]).toBe(workingNumber)
  } finally {
    await application.close()
  }
})

test('and refuses it when it is meant for somebody else', async ({ page, ready, inbox }) => {
  const application = await strictApplication(ready, issuer, { audience: 'https://other.example.org' })
  try {
    await signInToConsole(page, ready)
    await addApplication(page, ready, { name: 'Strict', issuer, consumers: [application.consumer] })
    await page.goto(await application.login())
    await enterPassword(page)
    await enterCode(page, await inbox.next())
    await arrive(page, page.getByText(/refused:.*audience/i))
    expect(application.profile()).toBeNull()
  } finally {
    await application.close()
  }
})
