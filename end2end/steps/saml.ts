// SAML from the other side: hand-made requests, and a service provider on @node-saml/node-saml in its strictest setting.
import { SAML, ValidateInResponseTo, type Profile } from '@node-saml/node-saml'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { deflateRawSync } from 'node:zlib'
import type { Gatehouse } from '../gatehouse.ts'

export type Request = { issuer: string; consumer: string; issued?: Date; destination?: string; id?: string }

export function authnRequest(gatehouse: Gatehouse, request: Request): string {
  const { issuer, consumer, issued = new Date(), destination = `${gatehouse.url}/samlsso` } = request
  const id = request.id ?? `_${randomBytes(16).toString('hex')}`
  return (
    `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${id}" Version="2.0"` +
    ` IssueInstant="${issued.toISOString()}" Destination="${destination}" AssertionConsumerServiceURL="${consumer}"` +
    ' ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST">' +
    `<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</saml:Issuer></samlp:AuthnRequest>`
  )
}

/** Where the HTTP-Redirect binding sends a browser with this message. */
export const redirectTo = (gatehouse: Gatehouse, message: string): string =>
  `${gatehouse.url}/samlsso?SAMLRequest=${encodeURIComponent(deflateRawSync(message).toString('base64'))}`

export type Site = { url: string; hits: string[]; close: () => Promise<void> }

/** A small web site on a free loopback port; `hits` are the requests it got. */
export async function site(
  host: 'localhost' | '127.0.0.1',
  answer: (request: IncomingMessage, body: URLSearchParams, response: ServerResponse) => void | Promise<void>,
): Promise<Site> {
  const hits: string[] = []
  const server = createServer(async (request, response) => {
    hits.push(`${request.method} ${request.url}`)
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    try {
      await answer(request, new URLSearchParams(Buffer.concat(parts).toString()), response)
    } catch (error) {
      response.statusCode = 500
      response.end(`refused: ${error instanceof Error ? error.message : String(error)}`)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://${host}:${port}`, hits, close }
}

export function html(response: ServerResponse, body: string): void {
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(`<!doctype html><title>Application</title>${body}`)
}

export async function idpCertificate(gatehouse: Gatehouse): Promise<string[]> {
  const metadata = await (await fetch(`${gatehouse.url}/identity/metadata/saml2`)).text()
  const found = [...metadata.matchAll(/<(?:\w+:)?X509Certificate[^>]*>([^<]+)</g)].map((match) => match[1]?.replace(/\s/g, '') ?? '')
  if (found.length === 0) throw new Error('the metadata holds no certificate')
  return found
}

/** A service provider whose every check is on. `profile` is the last sign-in it accepted. */
export async function strictApplication(
  gatehouse: Gatehouse,
  issuer: string,
  change: { audience?: string } = {},
): Promise<Site & { profile: () => Profile | null; consumer: string; login: () => Promise<string> }> {
  let profile: Profile | null = null
  let saml: SAML | undefined
  const application = await site('localhost', async (request, body, response) => {
    if (request.method !== 'POST' || saml === undefined) return html(response, 'nothing here')
    const result = await saml.validatePostResponseAsync(Object.fromEntries(body))
    profile = result.profile
    html(response, `<p>Welcome ${result.profile?.nameID}</p>`)
  })
  const consumer = `${application.url}/acs`
  saml = new SAML({
    entryPoint: `${gatehouse.url}/samlsso`,
    issuer,
    callbackUrl: consumer,
    idpCert: await idpCertificate(gatehouse),
    idpIssuer: `${gatehouse.url}/identity/metadata/saml2`,
    audience: change.audience ?? issuer,
    wantAuthnResponseSigned: true,
    wantAssertionsSigned: true,
    validateInResponseTo: ValidateInResponseTo.always,
    acceptedClockSkewMs: 0,
    maxAssertionAgeMs: 5 * 60_000,
  })
  const ready = saml
  return { ...application, consumer, profile: () => profile, login: () => ready.getAuthorizeUrlAsync('', undefined, {}) }
}
