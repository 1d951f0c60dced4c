// The binary as an operator meets it: what it prints when ready, and how it says what keeps it from starting.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { expect, test } from '../fixtures.ts'
import { binary, freePorts, Gatehouse, settings } from '../gatehouse.ts'
import { signInToConsole } from '../steps/console.ts'

/** Runs `gatehouse serve --demo` where it is expected to end by itself. */
async function run(env: Record<string, string>, cwd: string): Promise<{ code: number | null; words: string }> {
  const child = spawn(binary, ['serve', '--demo'], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: 15_000 })
  let words = ''
  child.stdout.on('data', (data: Buffer) => (words += data))
  child.stderr.on('data', (data: Buffer) => (words += data))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, words }
}

test('the first start says where everything is and how to sign in, the second has no password to tell', async ({ page, ports, data }) => {
  const first = await Gatehouse.start(ports, data, { GATEHOUSE_ADMIN_PASSWORD: undefined })
  await expect.poll(() => first.output).toContain(`${first.sample}/sms`)
  expect(first.output).toContain(first.url)
  expect(first.output).toContain('admin')
  const password = first.output.match(/password\W+(\S+)/i)?.[1] ?? ''
  expect(password.length, 'a generated password').toBeGreaterThanOrEqual(12)
  await signInToConsole(page, first, { password })
  await first.stop()
  const second = await Gatehouse.start(ports, data, { GATEHOUSE_ADMIN_PASSWORD: undefined })
  await expect.poll(() => second.output).toContain(`${second.sample}/sms`)
  expect(second.output).not.toContain(password)
  await page.context().clearCookies()
  await signInToConsole(page, second, { password })
  await second.stop()
})

test('a password that was given is not printed', async ({ fresh }) => {
  await expect.poll(() => fresh.output).toContain(`${fresh.sample}/sms`)
  expect(fresh.output).not.toContain(settings({ server: 0, sample: 0, metrics: 0 }, '').GATEHOUSE_ADMIN_PASSWORD ?? '')
})

for (const [what, change, name] of [
  ['an unknown setting', { GATEHOUSE_LISTENN: '127.0.0.1:1' }, /listenn/i],
  ['an address that is none', { GATEHOUSE_PUBLIC_URL: 'not an address' }, /public_url.*not an address/i],
  ['a port that is none', { GATEHOUSE_LISTEN: '127.0.0.1:99999' }, /listen.*127\.0\.0\.1:99999/i],
  ['a demo that others could reach', { GATEHOUSE_LISTEN: '0.0.0.0:0' }, /listen|loopback/i],
] as const) {
  test(`${what}: one line, exit code 2, nothing changed`, async ({ ports, data }) => {
    const { code, words } = await run({ ...settings(ports, data), ...change } as Record<string, string>, data)
    expect(code).toBe(2)
    expect(words.trim().split('\n'), words).toHaveLength(1)
    expect(words).toMatch(name)
    expect(await readdir(data)).toEqual([])
  })
}

test('a port that is taken: one line that names it', async ({ fresh, ports, data }) => {
  const others = { ...(await freePorts()), server: ports.server }
  const { code, words } = await run(settings(others, `${data}/other`), data)
  expect(code).not.toBe(0)
  expect(words.trim().split('\n'), words).toHaveLength(1)
  expect(words).toContain(String(ports.server))
  expect((await fetch(`${fresh.url}/health/ready`)).status, 'the first goes on').toBe(200)
})
