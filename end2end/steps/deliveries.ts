// Deliveries to look at: tests of an identity provider, sent without waiting for pages.
import { expect, type Locator, type Page } from '@playwright/test'
import type { Gatehouse } from '../gatehouse.ts'
import { openIdentityProvider, openSmsSettings } from './identity-provider.ts'
import { button, field, open } from './pages.ts'

/** Sends a test SMS to each of these numbers, one after the other. */
export async function sendTests(page: Page, gatehouse: Gatehouse, provider: string, numbers: string[]): Promise<void> {
  await openIdentityProvider(page, gatehouse, provider)
  await openSmsSettings(page)
  const form = await button(page, 'Send test SMS').evaluate((element) => {
    const pressed = element as HTMLButtonElement
    const fields = [...new FormData(pressed.form ?? undefined, pressed)].filter(([, value]) => typeof value === 'string')
    return { action: pressed.formAction, fields: fields as [string, string][] }
  })
  const name = (await field(page, 'Test number').getAttribute('name')) ?? ''
  for (const number of numbers) {
    const fields = form.fields.map(([key, value]): [string, string] => [key, key === name ? number : value])
    const answer = await page.request.post(form.action, {
      data: new URLSearchParams(fields).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: gatehouse.url,
        'sec-fetch-site': 'same-origin',
        accept: 'text/html',
      },
    })
    expect(answer.ok(), `the test to ${number}`).toBe(true)
  }
}

export async function openDeliveries(page: Page, gatehouse: Gatehouse, query = ''): Promise<void> {
  await open(page, `${gatehouse.url}/console/deliveries${query}`)
}

/** The rows of the list. */
export const deliveries = (page: Page): Locator =>
  page.getByRole('table', { name: 'SMS deliveries' }).getByRole('row').filter({ has: page.getByRole('rowheader') })
