// SAML from the other side: hand-made requests, and small web sites. Service providers on libraries are in ../interop/.
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
