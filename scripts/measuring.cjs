// What the measuring scripts share: the release binary on a store of its own, and its process.
const { spawn } = require('node:child_process')
const fs = require('node:fs')
const http = require('node:http')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')

const root = path.join(__dirname, '..')
const target = process.env.CARGO_TARGET_DIR ?? path.join(root, 'target')
/** The binary that is measured: the release, or another by GATEHOUSE_BIN while a script is tried. */
const binary = process.env.GATEHOUSE_BIN ?? path.join(target, 'release/gatehouse')

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })

const get = (url) =>
  new Promise((resolve, reject) => {
    http.get(url, { agent: false }, (answer) => {
      const parts = []
      answer.on('data', (part) => parts.push(part))
      answer.on('end', () => resolve({ status: answer.statusCode, body: Buffer.concat(parts) }))
    }).on('error', reject)
  })

/** A folder that is gone when the script ends. */
const temporaryFolder = () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gatehouse-measure-'))
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Free ports, the address they make, and the settings of a Gatehouse there whose data is in `data`. */
const settings = async (data) => {
  const [port, sample, metrics] = [await freePort(), await freePort(), await freePort()]
  const base = `http://localhost:${port}`
  const env = {
    PATH: process.env.PATH,
    GATEHOUSE_DATA_DIR: data,
    GATEHOUSE_LISTEN: `127.0.0.1:${port}`,
    GATEHOUSE_PUBLIC_URL: base,
    GATEHOUSE_SAMPLE__LISTEN: `127.0.0.1:${sample}`,
    GATEHOUSE_SAMPLE__PUBLIC_URL: `http://localhost:${sample}`,
    GATEHOUSE_METRICS__LISTEN: `127.0.0.1:${metrics}`,
  }
  return { base, env }
}

/** Starts the server and resolves, with the milliseconds it took, at the first answer that says it is ready. */
const start = async (base, env, more = []) => {
  if (!fs.existsSync(binary)) throw new Error(`${path.relative(root, binary)} is missing: run scripts/build`)
  const begun = process.hrtime.bigint()
  // Its log goes to a file, as a service's does: what reads a pipe would be woken by each line.
  const log = path.join(env.GATEHOUSE_DATA_DIR, 'server.log')
  const child = spawn(binary, ['serve', ...more], {
    env,
    cwd: env.GATEHOUSE_DATA_DIR,
    stdio: ['ignore', 'ignore', fs.openSync(log, 'a')],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  process.on('exit', () => child.kill('SIGKILL'))
  for (;;) {
    if (child.exitCode !== null) {
      const words = fs.readFileSync(log, 'utf8').trim().slice(-500)
      throw new Error(`${binary} ended with code ${child.exitCode}: ${words}`)
    }
    const ready = await get(`${base}/health/ready`).then((a) => a.status === 200, () => false)
    const ms = Number(process.hrtime.bigint() - begun) / 1e6
    if (ready) return { ms, pid: child.pid, stop: () => (child.kill('SIGTERM'), ended) }
    if (ms > 30_000) throw new Error('the server was not ready within 30 s')
    await sleep(2)
  }
}

/** The machine in words. */
const machine = () => `${os.cpus().length} cores, ${os.cpus()[0]?.model.trim() ?? 'unknown'}`

/** Runs `main`; what it throws is the script's last words. */
const run = (main) => {
  const name = path.basename(process.argv[1])
  main().catch((error) => {
    console.error(`${name}: ${error.message}`)
    process.exit(1)
  })
}

module.exports = { root, target, binary, sleep, freePort, get, temporaryFolder, settings, start, machine, run }
