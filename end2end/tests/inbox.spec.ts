// The sandbox's inbox: it updates by itself, searches, and holds long messages on a narrow screen.
import { expect, test } from '../fixtures.ts'
import type { Gatehouse } from '../gatehouse.ts'
import type { Page } from '@playwright/test'

/** Sends through the sandbox's shape of Plivo, as an SMS sender does. */
async function send(gatehouse: Gatehouse, dst: string, text: string): Promise<void> {
  const answer = await fetch(`${gatehouse.sample}/sms/plivo/v1/Account/MA1/Message/`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('MA1:token')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ src: 'GATEHOUSE', dst, text }),
  })
  expect(answer.status).toBe(202)
}

const messages = (page: Page) => page.getByRole('article')
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search', exact: true })

/** The pixels by which the page is wider than the screen. */
const tooWide = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

test('a message appears on the open page, the newest first', async ({ page, fresh }) => {
  await page.goto(`${fresh.sample}/sms`)
  await expect(page.getByRole('heading', { name: 'No message yet' })).toBeVisible()
  await send(fresh, '94771234567', 'The first one is 111111.')
  await expect(messages(page)).toHaveCount(1)
  await expect(page.getByRole('heading', { name: 'No message yet' })).toBeHidden()
  await send(fresh, '94771234568', 'The second one is 222222.')
  await expect(messages(page)).toHaveCount(2)
  await expect(messages(page).first()).toContainText('222222')
  await expect(messages(page).first()).toContainText('Plivo')
  await expect(page.getByText('2 messages', { exact: true })).toBeVisible()
})

test('the search is by keyboard, and new messages keep to it', async ({ page, fresh }) => {
  await send(fresh, '94771234567', 'apples')
  await send(fresh, '94771234568', 'pears')
  await page.goto(`${fresh.sample}/sms`)
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
  await search(page).focus()
  await page.keyboard.type('apples')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/[?]q=apples$/)
  await expect(messages(page)).toHaveCount(1)
  await send(fresh, '94771234569', 'more pears')
  await send(fresh, '94771234570', 'more apples')
  await expect(messages(page)).toHaveCount(2)
  await expect(messages(page).filter({ hasText: 'pears' })).toHaveCount(0)
  await page.getByRole('link', { name: 'Show all' }).press('Enter')
  await expect(messages(page)).toHaveCount(4)
})

test('a long message and the empty page fit a narrow screen', async ({ page, fresh }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto(`${fresh.sample}/sms`)
  expect(await tooWide(page)).toBeLessThanOrEqual(0)
  await send(fresh, '94771234567', `${'long'.repeat(200)}\nhttps://sms.example.com/${'path'.repeat(100)}`)
  await expect(messages(page)).toHaveCount(1)
  expect(await tooWide(page)).toBeLessThanOrEqual(0)
})
