// Steps are put into another order by keyboard, by pointer, and without scripts by buttons; each time it is told.
import { expect, test } from '../fixtures.ts'
import type { Page } from '@playwright/test'
import { signInToConsole } from '../steps/console.ts'
import { button, settled, status, submit } from '../steps/pages.ts'
import { openServiceProvider, openSteps } from '../steps/service-provider.ts'
import { applicationName } from '../steps/set-up.ts'

/** What each step holds, in order. */
const order = (page: Page) => page.locator('.auth-step').evaluateAll((steps) => steps.map((step) => step.querySelector('.picked span')?.textContent ?? ''))

test('with scripts: arrow keys and the pointer', async ({ page, ready }) => {
  await signInToConsole(page, ready)
  await openServiceProvider(page, ready, applicationName)
  await openSteps(page)
  const [first, second] = await order(page)
  const handle = (step: number) => button(page, `Place of step ${step}`)

  await handle(1).focus()
  await Promise.all([page.waitForURL(/moved=2/), page.keyboard.press('ArrowDown')])
  await settled(page)
  expect(await order(page)).toEqual([second, first])
  await expect(status(page)).toContainText('now step 2 of 2')
  await expect(handle(2), 'the focus goes along').toBeFocused()

  // Escape leaves everything where it is.
  const from = (await handle(2).boundingBox())!
  const goal = (await page.locator('#step-1').boundingBox())!
  await page.mouse.move(from.x + 5, from.y + 5)
  await page.mouse.down()
  await page.mouse.move(goal.x + 50, goal.y + 5, { steps: 4 })
  await expect(page.locator('#step-1')).toHaveClass(/drop-before/)
  await page.keyboard.press('Escape')
  await page.mouse.up()
  expect(await order(page)).toEqual([second, first])

  await page.mouse.move(from.x + 5, from.y + 5)
  await page.mouse.down()
  await page.mouse.move(goal.x + 50, goal.y + 5, { steps: 4 })
  await Promise.all([page.waitForURL(/moved=1/), page.mouse.up()])
  await settled(page)
  expect(await order(page)).toEqual([first, second])
  await expect(status(page)).toContainText('now step 1 of 2')
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('Move up and Move down', async ({ page, ready }) => {
    await signInToConsole(page, ready)
    await openServiceProvider(page, ready, applicationName)
    await openSteps(page)
    const [first, second] = await order(page)
    await submit(page, button(page, 'Move down'))
    expect(await order(page)).toEqual([second, first])
    await expect(status(page)).toContainText('now step 2 of 2')
    await expect(page.locator('#step-2')).toBeFocused()
  })
})
