// One Gatehouse: the release binary with a data folder and ports of its own, started, watched and stopped.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import path from 'node:path'

export const adminPassword = 'seven quiet herons 41'

const root = fileURLToPath(new URL('..', import.meta.url))
export const binary =
  process.env.GATEHOUSE_BIN ?? path.join(process.env.CARGO_TARGET_DIR ?? path.join(root, 'target'), 'release/gatehouse')

export type Ports = { server: number; sample: number; metrics: number }

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

export const freePorts = async (): Promise<Ports> => ({
  server: await freePort(),
  sample: await freePort(),
  metrics: await freePort(),
})

/** The settings of a Gatehouse at these ports, and nothing else of this process's environment but PATH. */
export const settings = (ports: Ports, data: string): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  GATEHOUSE_DATA_DIR: data,
  GATEHOUSE_ADMIN_PASSWORD: adminPassword,
  GATEHOUSE_LISTEN: `127.0.0.1:${ports.server}`,
  GATEHOUSE_PUBLIC_URL: `http://localhost:${ports.server}`,
  GATEHOUSE_SAMPLE__LISTEN: `127.0.0.1:${ports.sample}`,
  GATEHOUSE_SAMPLE__PUBLIC_URL: `http://localhost:${ports.sample}`,
  GATEHOUSE_METRICS__LISTEN: `127.0.0.1:${ports.metrics}`,
})

export class Gatehouse {
  readonly url: string
  readonly sample: string
  /** The same sample app as another site: for the browser, `127.0.0.1` is not `localhost`. */
  readonly sampleElsewhere: string
  /** Everything the process has printed. */
  output = ''
  readonly #process: ChildProcess

  private constructor(ports: Ports, child: ChildProcess) {
    this.url = `http://localhost:${ports.server}`
    this.sample = `http://localhost:${ports.sample}`
    this.sampleElsewhere = `http://127.0.0.1:${ports.sample}`
    this.#process = child
    child.stdout?.on('data', (data: Buffer) => (this.output += data))
    child.stderr?.on('data', (data: Buffer) => (this.output += data))
  }

  /** Starts one and waits until it says that it is ready; `change` adds settings or, with undefined, takes one away. */
  static async start(ports: Ports, data: string, change: Record<string, string | undefined> = {}): Promise<Gatehouse> {
    const env = Object.fromEntries(
      Object.entries({ ...settings(ports, data), ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    )
    const child = spawn(binary, ['serve', '--demo'], { env, cwd: data, stdio: ['ignore', 'pipe', 'pipe'] })
    const gatehouse = new Gatehouse(ports, child)
    const failure = once(child, 'error').then(([error]) => error as Error)
    const deadline = Date.now() + 20_000
    while (Date.now() < deadline) {
      if (child.exitCode !== null) break
      if (await gatehouse.#answers('/health/ready')) return gatehouse
      const error = await Promise.race([failure, new Promise<undefined>((resolve) => setTimeout(resolve, 20))])
      if (error) throw new Error(`${binary} cannot be started: ${error.message}`)
    }
    child.kill('SIGKILL')
    throw new Error(`${binary} did not become ready (exit code ${child.exitCode}):\n${gatehouse.output}`)
  }

  async #answers(where: string): Promise<boolean> {
    return fetch(this.url + where).then((answer) => answer.ok, () => false)
  }

  /** Ends it as an operator would; the data folder is whole afterwards. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) throw new Error(`it had ended by itself:\n${this.output}`)
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    const late = setTimeout(() => this.#process.kill('SIGKILL'), 10_000)
    const [code, signal] = await ended
    clearTimeout(late)
    if (code !== 0) throw new Error(`SIGTERM did not end it cleanly within 10 s (${code ?? signal}):\n${this.output}`)
  }
}
