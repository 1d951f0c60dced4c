// A service provider that we did not write, whichever library it is on: what a test can ask of it, and its keys.
import { execFile } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Gatehouse } from '../gatehouse.ts'

export type Binding = 'redirect' | 'post'

/** How a sign-in is asked for. */
export type Login = { binding?: Binding; force?: boolean; nameIdFormat?: string; relayState?: string }

/** Whom the library has accepted last, in its own words; every value of it was signed. */
export type State = {
  state: 'nobody' | 'signed in' | 'logged out' | 'logged out by the identity provider'
  issuer: string
  nameId: string
  nameIdFormat: string
  nameQualifier?: string | null
  spNameQualifier?: string | null
  sessionIndex: string
  authnInstant: string
  context: string
  attributes: Record<string, string[]>
  relayState: string
  encrypted: boolean
  signatureAlgorithm: string
  digestAlgorithm: string
}

/**
 * It answers at `/login` and `/logout`, which begin, at `/acs` and `/slo`, where messages come in, and at `/metadata`, from
 * which it could be registered. What it refuses, it says: `refused: …`.
 */
export type Application = {
  library: string
  entityId: string
  url: string
  /** PEM; absent if its requests are not signed. */
  certificate: string
  /** Where a LogoutRequest by SOAP goes, if the library takes one. */
  soap?: string
  state: () => Promise<State>
  close: () => Promise<void>
}

/** What an application is made with. */
export type Options = { entityId: string; signRequests?: boolean; audience?: string }

export const loginAt = ({ url }: Application, { binding = 'redirect', force, nameIdFormat, relayState }: Login = {}): string => {
  const query = new URLSearchParams({ binding })
  if (force) query.set('force', '1')
  if (nameIdFormat !== undefined) query.set('name_id_format', nameIdFormat)
  if (relayState !== undefined) query.set('relay_state', relayState)
  return `${url}/login?${query}`
}

export const logoutAt = ({ url }: Application, binding: Binding = 'redirect'): string => `${url}/logout?binding=${binding}`

const here = path.dirname(fileURLToPath(import.meta.url))
const root = path.join(here, '../..')

/** The interpreter that scripts/setup-test has given pysaml2 to. */
export const python = process.env.INTEROP_PYTHON ?? path.join(root, 'target/tools/python/bin/python')
export const script = (name: string): string => path.join(here, name)

export type KeyPair = { key: string; certificate: string }

export async function keyPair(): Promise<KeyPair> {
  const { stdout } = await promisify(execFile)(python, [script('key_pair.py')])
  return JSON.parse(stdout) as KeyPair
}

/** What a service provider takes from our metadata. */
export type IdentityProvider = { metadata: string; entityId: string; signOn: string; logout: string; certificates: string[] }

export async function identityProvider(gatehouse: Gatehouse): Promise<IdentityProvider> {
  const metadata = `${gatehouse.url}/identity/metadata/saml2`
  const answer = await fetch(metadata)
  if (!answer.ok) throw new Error(`${metadata} answered ${answer.status}`)
  const text = await answer.text()
  const found = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]?.replace(/\s/g, '') ?? '')
  const one = (what: string, pattern: RegExp) => {
    const [value] = found(pattern)
    if (!value) throw new Error(`the metadata names no ${what}`)
    return value
  }
  const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
  const service = (name: string) => one(name, new RegExp(`<(?:\\w+:)?${name}(?=[^>]*Binding="${redirect}")[^>]*\\bLocation="([^"]+)"`, 'g'))
  const descriptor = text.slice(text.search(/<(\w+:)?IDPSSODescriptor/))
  const certificates = [...descriptor.matchAll(/<(?:\w+:)?X509Certificate[^>]*>([^<]+)</g)].map((match) => match[1]?.replace(/\s/g, '') ?? '')
  if (certificates.length === 0) throw new Error('the metadata holds no certificate')
  return {
    metadata,
    entityId: one('entityID', /<(?:\w+:)?EntityDescriptor[^>]*\bentityID="([^"]+)"/g),
    signOn: service('SingleSignOnService'),
    logout: service('SingleLogoutService'),
    certificates,
  }
}
