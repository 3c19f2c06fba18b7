import { createHash, randomBytes } from 'node:crypto'

const prefix = 'hcs_'

/** A new token of 256 random bits. It is shown once; only its hash is stored. */
export function generateApiToken(): string {
  return prefix + randomBytes(32).toString('base64url')
}

/**
 * The value that is stored and looked up. A token is completely random, so it cannot be guessed from a plain SHA-256.
 */
export function hashApiToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest())
}

/** True if a bearer credential has the form of an API token. */
export function isApiToken(credential: string): boolean {
  return /^hcs_[\w-]{43}$/.test(credential)
}
