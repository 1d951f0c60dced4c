// SMS Deliveries: found by filters, read page by page, taken along as a file, drawn as a chart.
import { readFile } from 'node:fs/promises'
import { expect, test } from '../fixtures.ts'
import { signInToConsole } from '../steps/console.ts'
import { deliveries, openDeliveries, sendTests } from '../steps/deliveries.ts'
import { clean, fits } from '../steps/look.ts'
import { button, field, follow, link } from '../steps/pages.ts'
import { applicationName, providerName } from '../steps/set-up.ts'
import { signIn } from '../steps/sign-in.ts'
import { failingNumber, workingNumber } from '../steps/users.ts'

test('filters narrow the list, stay in the address, and go along into the file', async ({ page, ready, inbox }) => {
  await signIn(page, ready, inbox)
  await signInToConsole(page, ready)
  await sendTests(page, ready, providerName, [workingNumber, failingNumber])
  await openDeliveries(page, ready)
  await expect(deliveries(page)).toHaveCount(3)

  await field(page, 'Outcome').selectOption({ label: 'provider trouble' })
  await follow(page, button(page, 'Search'))
  await expect(deliveries(page)).toHaveCount(1)
  await expect(deliveries(page)).toContainText('HTTP 500')
  expect(new URL(page.url()).searchParams.get('outcome')).toBe('provider_trouble')
  const download = page.waitForEvent('download')
  await link(page, 'Export CSV').click()
  const file = await download
  expect(file.suggestedFilename()).toMatch(/^gatehouse-sms-deliveries-\d{4}-\d\d-\d\d\.csv$/)
  const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n')
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain(',provider trouble,done,500,')
  expect(lines[1]).not.toContain(failingNumber.slice(4))

  await openDeliveries(page, ready)
  await field(page, 'Service provider').selectOption({ label: applicationName })
  await field(page, 'Code').selectOption({ label: 'Used' })
  await field(page, 'Country').selectOption({ label: 'LK' })
  await follow(page, button(page, 'Search'))
  await expect(deliveries(page)).toHaveCount(1)
  await expect(field(page, 'Code')).toHaveValue('used')

  // Nobody has sent anything yet in the year 2000.
  await field(page, 'To').fill('2000-01-01T00:00')
  await follow(page, button(page, 'Search'))
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible()
  await follow(page, link(page, 'Show all'))
  await expect(deliveries(page)).toHaveCount(3)
})

test('a delivery by itself shows its phases and leads to the sign-in and the user', async ({ page, ready, inbox }) => {
  await signIn(page, ready, inbox)
  await signInToConsole(page, ready)
  await openDeliveries(page, ready)
  await follow(page, deliveries(page).first().getByRole('link'))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Delivery \d+$/)
  for (const phase of ['Connected', 'First byte', 'Done']) {
    await expect(page.getByRole('listitem').filter({ hasText: phase })).toContainText(/\d+ ms/)
  }
  const address = page.url()
  await follow(page, link(page, 'admin'))
  await expect(page).toHaveURL(/\/console\/users\/admin\/profile$/)
  await page.goto(address)
  await follow(page, page.getByRole('main').locator('a[href^="/console/sign-ins?q="]').first())
  await expect(page.getByRole('table', { name: 'Sign-ins' })).toContainText('signed in')
})

test('long lists come in pages, and the chart counts all of them', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await sendTests(page, ready, providerName, [...Array.from({ length: 27 }, () => workingNumber), failingNumber])
  await openDeliveries(page, ready)
  await expect(deliveries(page)).toHaveCount(25)
  await follow(page, link(page, 'Next'))
  await expect(deliveries(page)).toHaveCount(3)
  await expect(link(page, 'Next')).toHaveCount(0)
  await follow(page, link(page, 'Previous'))
  await expect(deliveries(page)).toHaveCount(25)

  const chart = page.getByRole('img', { name: /^Messages by hour, most at/ })
  await expect(chart).toBeVisible()
  await expect(page.getByRole('list', { name: 'By outcome' })).toContainText('27 (27 SMS)')
  const table = page.getByRole('table', { name: 'Deliveries by time' })
  await expect(table).toBeHidden()
  await page.getByText('As a table').click()
  await expect(table).toBeVisible()
  // The hour may have turned in between.
  const counted = await table.getByRole('row').evaluateAll((rows) =>
    rows.flatMap((row) => [...row.querySelectorAll('td')].map((cell) => Number(cell.textContent))).reduce((a, b) => a + b, 0),
  )
  expect(counted).toBe(28)
})

test('the first look says what to do', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await openDeliveries(page, ready)
  await expect(page.getByRole('heading', { name: 'No deliveries yet' })).toBeVisible()
  await expect(link(page, 'Export CSV')).toHaveCount(0)
  await follow(page, page.getByRole('main').getByRole('link', { name: 'Identity Providers', exact: true }))
  await expect(page).toHaveURL(/\/console\/identity-providers$/)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing is hidden from anybody, ${colorScheme}`, async ({ page, ready }) => {
    await page.emulateMedia({ colorScheme })
    await signInToConsole(page, ready)
    await sendTests(page, ready, providerName, [workingNumber, failingNumber])
    for (const query of ['', '?from=yesterday']) {
      for (const width of [1360, 360]) {
        await page.setViewportSize({ width, height: 740 })
        await openDeliveries(page, ready, query)
        await clean(page, `${query} at ${width}`)
        await fits(page, `${query} at ${width}`)
      }
    }
    await openDeliveries(page, ready)
    await follow(page, deliveries(page).first().getByRole('link'))
    await clean(page, 'a delivery')
  })
}
