import { createHash, randomBytes } from 'node:crypto'

const prefix = 'hcs_'

/** A new token of 256 random bits. Shown once: only its hash is ever stored. */
export function generateApiToken(): string {
  return prefix + randomBytes(32).toString('base64url')
}

/** What is stored and looked up. A token is random throughout, so a plain SHA-256 of it cannot be guessed back. */
export function hashApiToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest())
}

/** Whether a bearer credential has an API token's form. */
export function isApiToken(credential: string): boolean {
  return /^hcs_[\w-]{43}$/.test(credential)
}
