import { createHash, randomBytes } from 'node:crypto'
import type { Encryption } from '../encryption/encryption.ts'
import { LoginExpiredError } from './errors.ts'

/** The user and the expiry that a state represents. */
export interface LoginState {
  readonly workspaceId: string
  readonly userId: string
  readonly expiresAt: Date
}

/**
 * The state that HubSpot returns to prove that a log-in began here: the user and the expiry, 256 random bits, and a
 * signature. A state that was never issued is thus rejected before anything is looked up.
 */
export function issueState(encryption: Encryption, { workspaceId, userId, expiresAt }: LoginState): string {
  const nonce = randomBytes(32).toString('base64url')
  const claim = [nonce, workspaceId, userId, expiresAt.getTime()].join('.')
  return `${claim}.${encryption.sign(`${purpose}${claim}`)}`
}

/** Throws LoginExpiredError for a state that is forged, altered, or too old. */
export function readState(encryption: Encryption, state: string, now: Date): LoginState {
  const [nonce = '', workspaceId = '', userId = '', expiry = '', ...signature] = state.split('.')
  const claim = [nonce, workspaceId, userId, expiry].join('.')
  if (!encryption.verify(`${purpose}${claim}`, signature.join('.'))) throw new LoginExpiredError()
  const expiresAt = new Date(Number(expiry))
  if (expiresAt <= now) throw new LoginExpiredError()
  return { workspaceId, userId, expiresAt }
}

/** A signature made for another purpose is not valid for a log-in. */
const purpose = 'oauth-state:'

/** A copy of the table is of no use to an attacker. */
export function hashState(state: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(state).digest())
}
