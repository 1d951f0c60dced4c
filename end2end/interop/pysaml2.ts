// A service provider on pysaml2: pysaml2_sp.py as a process of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Gatehouse } from '../gatehouse.ts'
import { type Application, identityProvider, keyPair, type Options, python, script, type State } from './application.ts'

/** What pysaml2_sp.py reads. */
type Settings = {
  entityId: string
  metadata: string
  metadataCertificateFile: string
  keyFile: string
  certificateFile: string
  signRequests: boolean
}

const pem = (base64: string) => `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`

/** `metadata` is read from another address than Gatehouse's, if one is given. */
export async function pysaml2(
  gatehouse: Gatehouse,
  { entityId, signRequests = true, metadata }: Options & { metadata?: string },
): Promise<Application> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gatehouse-pysaml2-'))
  const [idp, keys] = [await identityProvider(gatehouse), await keyPair()]
  const file = async (name: string, text: string) => {
    await writeFile(path.join(folder, name), text)
    return path.join(folder, name)
  }
  const settings: Settings = {
    entityId,
    metadata: metadata ?? idp.metadata,
    metadataCertificateFile: await file('metadata.pem', pem(idp.certificates[0] ?? '')),
    keyFile: await file('key.pem', keys.key),
    certificateFile: await file('certificate.pem', keys.certificate),
    signRequests,
  }
  const child = spawn(python, [script('pysaml2_sp.py')], { stdio: ['pipe', 'pipe', 'pipe'] })
  const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error))
  const ended = once(child, 'exit')
  let words = ''
  child.stderr.on('data', (data: Buffer) => (words = (words + data).slice(-4000)))
  child.stdin.write(`${JSON.stringify(settings)}\n`)
  const close = async () => {
    child.stdin.end()
    if (child.exitCode === null) await ended
    await rm(folder, { recursive: true, force: true })
  }
  const first = once(createInterface(child.stdout), 'line').then(([line]) => JSON.parse(line as string) as { url: string })
  try {
    const { url } = await Promise.race([first, failed, ended.then(() => Promise.reject(new Error(`pysaml2 did not start: ${words}`)))])
    const state = async () => (await (await fetch(`${url}/state`)).json()) as State
    return { library: 'pysaml2', entityId, url, certificate: keys.certificate, soap: `${url}/slo/soap`, state, close }
  } catch (error) {
    await close()
    throw error
  }
}
