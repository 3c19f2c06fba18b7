import { createHash, randomBytes } from 'node:crypto'
import type { Encryption } from '../encryption/encryption.ts'
import { LoginExpiredError } from './errors.ts'

/** Whose log-in a state stands for, and until when. */
export interface LoginState {
  readonly workspaceId: string
  readonly userId: string
  readonly expiresAt: Date
}

/**
 * What HubSpot gives back to show that a log-in began here: whose it is and until when, beside 256 random bits, under a
 * signature. What was never given out is thus refused before anything is looked up.
 */
export function issueState(encryption: Encryption, { workspaceId, userId, expiresAt }: LoginState): string {
  const nonce = randomBytes(32).toString('base64url')
  const claim = [nonce, workspaceId, userId, expiresAt.getTime()].join('.')
  return `${claim}.${encryption.sign(`${purpose}${claim}`)}`
}

/** Throws LoginExpiredError for what is forged, altered or too old. */
export function readState(encryption: Encryption, state: string, now: Date): LoginState {
  const [nonce = '', workspaceId = '', userId = '', expiry = '', ...signature] = state.split('.')
  const claim = [nonce, workspaceId, userId, expiry].join('.')
  if (!encryption.verify(`${purpose}${claim}`, signature.join('.'))) throw new LoginExpiredError()
  const expiresAt = new Date(Number(expiry))
  if (expiresAt <= now) throw new LoginExpiredError()
  return { workspaceId, userId, expiresAt }
}

/** A signature made for something else is none for a log-in. */
const purpose = 'oauth-state:'

/** A copy of the table is of no use to whoever reads it. */
export function hashState(state: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(state).digest())
}
