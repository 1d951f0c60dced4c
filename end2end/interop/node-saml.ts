// A service provider on @node-saml/node-saml, with every check of the library on.
import { type CacheProvider, type Profile, SAML, type SamlConfig, ValidateInResponseTo } from '@node-saml/node-saml'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Gatehouse } from '../gatehouse.ts'
import { html, site } from '../steps/saml.ts'
import { type Application, identityProvider, keyPair, type Options, type State } from './application.ts'

const nobody = { state: 'nobody' } as State

/** The requests that were sent. The library asks here whether an answer is one to a request of its own. */
class Requests implements CacheProvider {
  readonly #sent = new Map<string, string>()
  async saveAsync(key: string, value: string) {
    this.#sent.set(key, value)
    return { value, createdAt: Date.now() }
  }
  async getAsync(key: string) {
    return this.#sent.get(key) ?? null
  }
  async removeAsync(key: string | null) {
    return key !== null && this.#sent.delete(key) ? key : null
  }
}

/** One person's dealings with the library. */
class Provider {
  profile: Profile | null = null
  state: State = nobody
  readonly #config: SamlConfig

  constructor(config: SamlConfig) {
    this.#config = { ...config, cacheProvider: new Requests() }
  }

  /** The library decides by its options; what is asked for changes them. */
  #saml(change: Partial<SamlConfig> = {}): SAML {
    return new SAML({ ...this.#config, ...change })
  }

  async login(query: URLSearchParams, response: ServerResponse): Promise<void> {
    const post = query.get('binding') === 'post'
    const saml = this.#saml({
      forceAuthn: query.has('force'),
      identifierFormat: query.get('name_id_format'),
      authnRequestBinding: post ? 'HTTP-POST' : 'HTTP-Redirect',
      // SAML Bindings 3.5.4: by POST a message is not compressed.
      skipRequestCompression: post,
    })
    const relayState = query.get('relay_state') ?? ''
    if (!post) return go(response, await saml.getAuthorizeUrlAsync(relayState, undefined, {}))
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(await saml.getAuthorizeFormAsync(relayState, undefined, {}))
  }

  async accept(form: URLSearchParams): Promise<string> {
    const { profile } = await this.#saml().validatePostResponseAsync(Object.fromEntries(form))
    if (profile === null) throw new Error('no profile')
    this.profile = profile
    this.state = stateOf(profile, form.get('RelayState') ?? '')
    return `Welcome ${profile.nameID}`
  }

  async logout(response: ServerResponse): Promise<void> {
    if (this.profile === null) throw new Error('nobody is signed in')
    go(response, await this.#saml().getLogoutUrlAsync(this.profile, '', {}))
  }

  /** A LogoutRequest is answered, by Redirect, which is all the library can; a LogoutResponse ends what was begun here. */
  async singleLogout(fields: URLSearchParams, query: string | undefined, response: ServerResponse): Promise<void> {
    const saml = this.#saml()
    const message = Object.fromEntries(fields)
    // In a query the library checks a signature that is there, and asks for none.
    if (query !== undefined && !fields.has('Signature')) throw new Error('the query is not signed')
    const byPost = () => (fields.has('SAMLRequest') ? saml.validatePostRequestAsync(message) : saml.validatePostResponseAsync(message))
    const result = await (query === undefined ? byPost() : saml.validateRedirectAsync(message, query))
    if (!result.loggedOut) throw new Error('it is no logout message')
    if (fields.has('SAMLResponse')) {
      this.profile = null
      this.state = { ...nobody, state: 'logged out' }
      return html(response, '<p>Logged out</p>')
    }
    const named = result.profile
    if (named === null) throw new Error('the LogoutRequest names nobody')
    const ours = named.nameID === this.profile?.nameID && named.sessionIndex === this.profile.sessionIndex
    if (ours) {
      this.profile = null
      this.state = { ...nobody, state: 'logged out by the identity provider' }
    }
    go(response, await saml.getLogoutResponseUrlAsync(named, fields.get('RelayState') ?? '', {}, ours))
  }

  metadata(certificate: string): string {
    return this.#saml().generateServiceProviderMetadata(certificate, certificate)
  }
}

function go(response: ServerResponse, location: string): void {
  response.writeHead(303, { location }).end()
}

/** What the library accepted; what it does not hand out is read from the XML that it verified. */
function stateOf(profile: Profile, relayState: string): State {
  const [assertion, whole] = [profile.getAssertionXml?.() ?? '', profile.getSamlResponseXml?.() ?? '']
  const first = (xml: string, pattern: RegExp) => pattern.exec(xml)?.[1] ?? ''
  const attributes = Object.entries((profile['attributes'] ?? {}) as Record<string, string | string[]>)
  return {
    state: 'signed in',
    issuer: profile.issuer,
    nameId: profile.nameID,
    nameIdFormat: profile.nameIDFormat,
    nameQualifier: profile.nameQualifier ?? null,
    spNameQualifier: profile.spNameQualifier ?? null,
    sessionIndex: profile.sessionIndex ?? '',
    authnInstant: first(assertion, /\bAuthnInstant="([^"]+)"/),
    context: first(assertion, /AuthnContextClassRef[^>]*>([^<]+)</),
    attributes: Object.fromEntries(attributes.map(([name, value]) => [name, [value].flat()])),
    relayState,
    encrypted: /<(\w+:)?EncryptedAssertion\b/.test(whole),
    signatureAlgorithm: first(assertion, /SignatureMethod[^>]*\bAlgorithm="([^"]+)"/),
    digestAlgorithm: first(assertion, /DigestMethod[^>]*\bAlgorithm="([^"]+)"/),
  }
}

export async function nodeSaml(gatehouse: Gatehouse, { entityId, signRequests = true, audience = entityId }: Options): Promise<Application> {
  const [idp, keys] = [await identityProvider(gatehouse), await keyPair()]
  let provider: Provider
  const answer = async (request: IncomingMessage, body: URLSearchParams, response: ServerResponse) => {
    const { pathname, searchParams, search } = new URL(request.url ?? '/', 'http://localhost')
    const post = request.method === 'POST'
    if (pathname === '/login') return provider.login(searchParams, response)
    if (pathname === '/logout') return provider.logout(response)
    if (pathname === '/acs' && post) return html(response, `<p>${await provider.accept(body)}</p>`)
    if (pathname === '/slo') return provider.singleLogout(post ? body : searchParams, post ? undefined : search.slice(1), response)
    response.statusCode = pathname === '/metadata' ? 200 : 404
    response.end(pathname === '/metadata' ? provider.metadata(keys.certificate) : 'nothing here')
  }
  const { url, close } = await site('localhost', answer)
  provider = new Provider({
    entryPoint: idp.signOn,
    logoutUrl: idp.logout,
    issuer: entityId,
    callbackUrl: `${url}/acs`,
    logoutCallbackUrl: `${url}/slo`,
    idpCert: idp.certificates,
    idpIssuer: idp.entityId,
    audience,
    ...(signRequests ? { privateKey: keys.key, publicCert: keys.certificate } : {}),
    decryptionPvk: keys.key,
    signatureAlgorithm: 'sha256',
    digestAlgorithm: 'sha256',
    wantAuthnResponseSigned: true,
    wantAssertionsSigned: true,
    validateInResponseTo: ValidateInResponseTo.always,
    acceptedClockSkewMs: 0,
    maxAssertionAgeMs: 5 * 60_000,
  })
  return { library: 'node-saml', entityId, url, certificate: keys.certificate, state: async () => provider.state, close }
}
