// How a page holds up: axe finds nothing wrong in either scheme, and nothing sticks out of a narrow window.
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect } from '../fixtures.ts'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** No violation of WCAG 2.2 A and AA, contrast included, nor of axe's own advice. What folds is looked at, too. */
export async function clean(page: Page, what: string): Promise<void> {
  const folded = page.locator('details:not([open])')
  await folded.evaluateAll((all) => all.forEach((one) => one.setAttribute('open', 'for axe')))
  const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze()
  await page.locator('details[open="for axe"]').evaluateAll((all) => all.forEach((one) => one.removeAttribute('open')))
  const told = violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary ?? ''}`))
  expect.soft(told, what).toEqual([])
}

/** The page scrolls in one direction alone, as wide as the window is. */
export async function fits(page: Page, what: string): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect.soft(wide, `${what} scrolls in one direction`).toBeLessThanOrEqual(0)
}

/** The same in a window of 360 px; afterwards it is as wide as before. */
export async function fitsNarrow(page: Page, what: string): Promise<void> {
  const before = page.viewportSize()
  await page.setViewportSize({ width: 360, height: 740 })
  await fits(page, `${what} at 360 px`)
  if (before) await page.setViewportSize(before)
}

/** All of it: light, dark, narrow. */
export async function holds(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await clean(page, `${what}, ${colorScheme}`)
  }
  await fitsNarrow(page, what)
}
