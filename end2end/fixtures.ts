// What a test can ask for: `fresh`, a Gatehouse on an empty data folder, or `ready`, one on which the walk-through's
// set-up was done in the browser (once for each worker, then copied). Ports belong to the worker.
import { test as base } from '@playwright/test'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePorts, Gatehouse, type Ports } from './gatehouse.ts'
import { setUp } from './steps/set-up.ts'
import { Inbox } from './steps/sms.ts'

type Mine = { data: string; fresh: Gatehouse; ready: Gatehouse; inbox: Inbox }
type Workers = { ports: Ports; prepared: string }

const folder = () => mkdtemp(path.join(tmpdir(), 'gatehouse-e2e-'))
const remove = (name: string) => rm(name, { recursive: true, force: true })

export const test = base.extend<Mine, Workers>({
  ports: [async ({}, use) => use(await freePorts()), { scope: 'worker' }],

  prepared: [
    async ({ browser, ports }, use) => {
      const data = await folder()
      const gatehouse = await Gatehouse.start(ports, data)
      const page = await browser.newPage()
      page.setDefaultTimeout(10_000)
      try {
        await setUp(page, gatehouse)
      } finally {
        await page.context().close()
        await gatehouse.stop()
      }
      await use(data)
      await remove(data)
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  data: async ({}, use) => {
    const data = await folder()
    await use(data)
    await remove(data)
  },

  fresh: async ({ data, ports }, use, testInfo) => {
    await running(await Gatehouse.start(ports, data), use, testInfo)
  },

  ready: async ({ data, ports, prepared }, use, testInfo) => {
    await cp(prepared, data, { recursive: true })
    await running(await Gatehouse.start(ports, data), use, testInfo)
  },

  inbox: async ({ ready }, use) => use(new Inbox(ready)),
})

type Info = Pick<ReturnType<typeof base.info>, 'status' | 'expectedStatus' | 'attach'>

async function running(gatehouse: Gatehouse, use: (gatehouse: Gatehouse) => Promise<void>, testInfo: Info) {
  await use(gatehouse)
  if (testInfo.status !== testInfo.expectedStatus) {
    await testInfo.attach('gatehouse.log', { body: gatehouse.output, contentType: 'text/plain' })
  }
  await gatehouse.stop()
}

export { expect } from '@playwright/test'
