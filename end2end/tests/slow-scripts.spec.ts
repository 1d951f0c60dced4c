// Scripts that arrive late: what was typed before them stays, and the form works meanwhile.
import { expect, test } from '../fixtures.ts'
import { signInToConsole } from '../steps/console.ts'
import { nexmo, openIdentityProvider, openSmsSettings } from '../steps/identity-provider.ts'
import { field, openSection, save } from '../steps/pages.ts'
import { providerName } from '../steps/set-up.ts'

test('what is typed before the scripts arrive is kept', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/*.wasm', async (route) => {
    await held
    await route.continue()
  })
  await page.goto(`${ready.url}/console/identity-providers/new`, { waitUntil: 'commit' })
  await field(page, 'Identity Provider Name').fill('Typed early')
  await openSection(page, 'Federated Authenticators')
  await openSmsSettings(page)
  await field(page, 'SMS URL').fill(nexmo(ready).url)
  await field(page, 'HTTP Method').selectOption({ label: 'GET' })
  const loaded = page.waitForResponse('**/*.wasm')
  release()
  await (await loaded).finished()
  await page.waitForLoadState('networkidle')
  await expect(field(page, 'Identity Provider Name')).toHaveValue('Typed early')
  await expect(field(page, 'SMS URL')).toHaveValue(nexmo(ready).url)
  await expect(field(page, 'HTTP Method')).toHaveValue('GET')
})

test('without its scripts the form still saves', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await page.route('**/*.wasm', (route) => route.abort())
  await openIdentityProvider(page, ready, providerName)
  await openSection(page, 'Basic Information')
  await field(page, 'Description').fill('Saved without WebAssembly')
  await save(page, 'Update')
  await openIdentityProvider(page, ready, providerName)
  await expect(field(page, 'Description')).toHaveValue('Saved without WebAssembly')
})
