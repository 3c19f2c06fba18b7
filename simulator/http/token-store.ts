import { createHash } from 'node:crypto'

/** What an approval grants an app in a portal. */
export interface Grant {
  hubId: number
  clientId: string
  userId: number
  scopes: readonly string[]
}

export interface TokenPair {
  accessToken: string
  refreshToken: string
}

interface LiveAccessToken {
  grant: Grant
  refreshToken: string | null
  expiresAt: number
}

interface PendingCode {
  grant: Grant
  redirectUri: string
  challenge: { value: string; method: string } | null
}

export type AccessCheck = { state: 'live' | 'expired'; grant: Grant; expiresAt: number } | { state: 'unknown' }

export interface TokenStoreOptions {
  clock: () => number
  accessTokenTtlSeconds: number
  /** True if a refresh returns a new refresh token and ends the old one. */
  rotateRefreshTokens: boolean
  /** How a code or token is refused: as documented, with `status` only, or by something in front of HubSpot. */
  refusals?: 'documented' | 'short' | 'web-page'
}

/** Codes, access tokens, and refresh tokens of all portals. */
export class TokenStore {
  readonly options: TokenStoreOptions
  readonly #codes = new Map<string, PendingCode>()
  readonly #access = new Map<string, LiveAccessToken>()
  readonly #refresh = new Map<string, Grant>()
  #issued = 0

  constructor(options: TokenStoreOptions) {
    this.options = { ...options }
  }

  issueCode(pending: PendingCode): string {
    const code = `na1-${this.#secret(32)}`
    this.#codes.set(code, pending)
    return code
  }

  /** Takes a code, which works once. */
  takeCode(code: string): PendingCode | undefined {
    const pending = this.#codes.get(code)
    this.#codes.delete(code)
    return pending
  }

  issue(grant: Grant): TokenPair {
    const refreshToken = `na1-${this.#secret(36)}`
    this.#refresh.set(refreshToken, grant)
    return { accessToken: this.issueAccess(grant, refreshToken), refreshToken }
  }

  issueAccess(grant: Grant, refreshToken: string | null): string {
    // As long as HubSpot says that tokens may become, so that a column that is too short for them is noticed.
    const accessToken = `C${this.#secret(319)}`
    const expiresAt = this.options.clock() + this.options.accessTokenTtlSeconds * 1000
    this.#access.set(accessToken, { grant, refreshToken, expiresAt })
    return accessToken
  }

  refresh(refreshToken: string): (TokenPair & { grant: Grant }) | undefined {
    const grant = this.#refresh.get(refreshToken)
    if (!grant) return undefined
    if (!this.options.rotateRefreshTokens) {
      return { grant, refreshToken, accessToken: this.issueAccess(grant, refreshToken) }
    }
    this.#refresh.delete(refreshToken)
    return { grant, ...this.issue(grant) }
  }

  check(accessToken: string): AccessCheck {
    const token = this.#access.get(accessToken)
    if (!token) return { state: 'unknown' }
    const { grant, expiresAt } = token
    return { state: this.options.clock() >= expiresAt ? 'expired' : 'live', grant, expiresAt }
  }

  refreshGrant(refreshToken: string): Grant | undefined {
    return this.#refresh.get(refreshToken)
  }

  /** Ends a refresh token. Its access tokens live on until they expire. */
  revokeRefresh(refreshToken: string): void {
    this.#refresh.delete(refreshToken)
  }

  /** As if their time were up. Refresh tokens keep working. */
  expireAccessTokens(hubId: number): void {
    const now = this.options.clock()
    for (const token of this.#access.values())
      if (token.grant.hubId === hubId) token.expiresAt = Math.min(token.expiresAt, now)
  }

  /** As after the customer uninstalled the app: no token of this portal works any more. */
  revokePortal(hubId: number): void {
    for (const [key, { grant }] of this.#access) if (grant.hubId === hubId) this.#access.delete(key)
    for (const [key, grant] of this.#refresh) if (grant.hubId === hubId) this.#refresh.delete(key)
  }

  #secret(length: number): string {
    const sequence = this.#issued++
    let text = ''
    while (text.length < length) text += createHash('sha512').update(`${sequence}/${text.length}`).digest('base64url')
    return text.slice(0, length)
  }
}
