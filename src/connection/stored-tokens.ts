import type pg from 'pg'
import { inTransaction } from '../database/database.ts'
import type { AccessTokens, CountedUsage } from '../hubspot/call-hubspot.ts'
import { HubSpotUnauthorisedError } from '../hubspot/errors.ts'
import type { ConnectionContext } from './connection-context.ts'
import { sealGrant } from './sealed-tokens.ts'

interface Token {
  readonly text: string
  readonly renewAt: Date
  /** HubSpot issued it during this very look-up. */
  readonly isNew?: boolean
}

interface StoredRow {
  readonly status: string
  readonly accessToken: string | null
  readonly refreshToken: string | null
  readonly renewAt: Date | null
}

/**
 * The access token of a workspace's connection. It is refreshed when little time is left or HubSpot rejects it, by one
 * caller at a time among all processes: whoever holds the connection's row lock refreshes it, and callers that waited
 * for the lock find the new token. Two refreshes at the same time would invalidate each other's refresh token if
 * HubSpot rotates them.
 */
export class StoredTokens implements AccessTokens {
  readonly #context: ConnectionContext
  readonly #workspaceId: string
  readonly #usage: CountedUsage | undefined
  #token: Token | null = null
  /** Callers in this process share one wait for the lock. */
  #looking: Promise<Token> | null = null

  /** `usage` counts the calls that are made to renew the token. */
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
      // Somebody may have logged in again in the meantime.
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
      // A look-up that was in progress for another caller may have found the very token that was rejected. HubSpot may
      // also issue the same token again; then there is no other.
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

  /** Null if HubSpot rejects it. The connection then has the status NEEDS_RECONNECT. */
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

  /** Uses a slow transaction: HubSpot may take its time, and losing a new refresh token would end the log-in. */
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
