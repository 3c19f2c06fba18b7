import type pg from 'pg'
import { inTransaction } from '../database/database.ts'
import type { AccessTokens, CountedUsage } from '../hubspot/call-hubspot.ts'
import { HubSpotUnauthorisedError } from '../hubspot/errors.ts'
import type { ConnectionContext } from './connection-context.ts'
import { sealGrant } from './sealed-tokens.ts'

interface Token {
  readonly text: string
  readonly renewAt: Date
  /** Given out by HubSpot for this very look. */
  readonly isNew?: boolean
}

interface StoredRow {
  readonly status: string
  readonly accessToken: string | null
  readonly refreshToken: string | null
  readonly renewAt: Date | null
}

/**
 * The access token of a workspace's connection. It is refreshed when little time is left or HubSpot refuses it, by one
 * caller at a time among all processes: whoever holds the connection's row lock refreshes, and who waited for it finds
 * the new token there. Two at once would end each other's refresh token where HubSpot rotates them.
 */
export class StoredTokens implements AccessTokens {
  readonly #context: ConnectionContext
  readonly #workspaceId: string
  readonly #usage: CountedUsage | undefined
  #token: Token | null = null
  /** Callers of this process share one wait for the lock. */
  #looking: Promise<Token> | null = null

  /** `usage` counts the calls that renewing takes. */
  constructor(context: ConnectionContext, workspaceId: string, usage?: CountedUsage) {
    this.#context = context
    this.#usage = usage
    this.#workspaceId = workspaceId
  }

  async current(): Promise<string> {
    if (this.#token !== null && this.#hasTimeLeft(this.#token)) return this.#token.text
    return this.#look(null)
  }

  async renew(refused: string): Promise<string> {
    if (this.#token !== null && this.#token.text !== refused) return this.current()
    return this.#look(refused)
  }

  async giveUp(refused: string): Promise<void> {
    await this.#locked(async (client, stored) => {
      // Somebody may have logged in again meanwhile.
      if (stored.accessToken === null || this.#open(stored.accessToken) !== refused) return
      await this.#needsReconnect(client)
    })
  }

  async #look(refused: string | null): Promise<string> {
    for (;;) {
      this.#looking ??= this.#lookOrRefresh(refused).finally(() => {
        this.#looking = null
      })
      this.#token = await this.#looking
      // A look that was under way for somebody else may have found the very token that is refused.
      // HubSpot may also give out the same one again: then there is no other.
      if (this.#token.text !== refused || this.#token.isNew) return this.#token.text
    }
  }

  async #lookOrRefresh(refused: string | null): Promise<Token> {
    const found = await this.#locked(async (client, stored) => {
      if (stored.status !== 'CONNECTED' || stored.accessToken === null || stored.refreshToken === null) return null
      const token = { text: this.#open(stored.accessToken), renewAt: stored.renewAt ?? new Date(0) }
      if (token.text !== refused && this.#hasTimeLeft(token)) return token
      return this.#refresh(client, this.#open(stored.refreshToken))
    })
    if (found !== null) return found
    throw new HubSpotUnauthorisedError('HubSpot rejects the stored log-in. Log in to HubSpot again.')
  }

  /** Null when HubSpot refuses: then the connection says so. */
  async #refresh(client: pg.PoolClient, refreshToken: string): Promise<Token | null> {
    try {
      const grant = await this.#context.hubspot.oauth.refresh(refreshToken, this.#usage)
      const sealed = sealGrant(this.#context, this.#workspaceId, grant)
      await client.query(
        `UPDATE hubspot_connection SET access_token = $2, refresh_token = $3, access_token_expires_at = $4,
           access_token_renew_at = $5
         WHERE workspace_id = $1`,
        [this.#workspaceId, sealed.accessToken, sealed.refreshToken, sealed.expiresAt, sealed.renewAt],
      )
      return { text: grant.accessToken, renewAt: sealed.renewAt, isNew: true }
    } catch (error) {
      if (!(error instanceof HubSpotUnauthorisedError)) throw error
      await this.#needsReconnect(client)
      return null
    }
  }

  async #needsReconnect(client: pg.PoolClient): Promise<void> {
    await client.query(
      `UPDATE hubspot_connection SET status = 'NEEDS_RECONNECT' WHERE workspace_id = $1 AND status = 'CONNECTED'`,
      [this.#workspaceId],
    )
  }

  /** Slow: HubSpot may take its time, and a new refresh token that is not kept would end the log-in. */
  async #locked<T>(work: (client: pg.PoolClient, stored: StoredRow) => Promise<T>): Promise<T> {
    const { pool } = this.#context.database
    const locked = async (client: pg.PoolClient) => {
      const { rows } = await client.query<StoredRow>(
        `SELECT status, access_token AS "accessToken", refresh_token AS "refreshToken",
           coalesce(access_token_renew_at, access_token_expires_at - interval '5 minutes') AS "renewAt" FROM hubspot_connection WHERE workspace_id = $1 FOR UPDATE`,
        [this.#workspaceId],
      )
      const nothing: StoredRow = { status: 'DISCONNECTED', accessToken: null, refreshToken: null, renewAt: null }
      return work(client, rows[0] ?? nothing)
    }
    return inTransaction(pool, locked, { isSlow: true })
  }

  #hasTimeLeft({ renewAt }: Token): boolean {
    return this.#context.now() <= renewAt
  }

  #open(box: string): string {
    return this.#context.encryption.decrypt(box, this.#workspaceId)
  }
}
