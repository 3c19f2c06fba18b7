import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'

/** Keeps secrets in the database unreadable without the keys in ENCRYPTION_KEYS. */
export interface Encryption {
  /** Encrypts text as an AES-256-GCM box, `keyId.iv.ciphertext.tag`, which opens only for this workspace. */
  encrypt(text: string, workspaceId: string): string
  /** Throws UnknownKeyError or UnreadableBoxError. */
  decrypt(box: string, workspaceId: string): string
  /** Signature of a text, `keyId.mac`. It cannot be made without one of the keys. */
  sign(text: string): string
  /** True if one of the keys made this signature of this text. */
  verify(text: string, signature: string): boolean
  /** True if the newest key made the box. */
  isCurrent(box: string): boolean
}

/** A box names a key that is not in ENCRYPTION_KEYS. Add the key again, after the newest, or log in again. */
export class UnknownKeyError extends Error {
  override name = 'UnknownKeyError'
  readonly keyId: string

  constructor(keyId: string) {
    super(
      `A stored secret requires the encryption key "${keyId}". Add the key to ENCRYPTION_KEYS, after the newest key.`,
    )
    this.keyId = keyId
  }
}

/** A box is damaged or was made for another workspace, or the bytes of its key have changed. */
export class UnreadableBoxError extends Error {
  override name = 'UnreadableBoxError'
}

/** `keys` is `id:base64[,older…]`, as checked by src/config. The first key encrypts; each decrypts. */
export function openEncryption(keys: string): Encryption {
  const byId = new Map(keys.split(',').map((key) => parseKey(key.trim())))
  const [newest] = byId
  if (newest === undefined) throw new Error('there is no encryption key')
  const [newestId, newestKey] = newest
  return {
    encrypt: (text, workspaceId) => {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', newestKey, iv).setAAD(Buffer.from(workspaceId))
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return [newestId, ...[iv, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.')
    },
    decrypt: (box, workspaceId) => {
      const [keyId = '', iv = '', ciphertext = '', tag = ''] = box.split('.')
      const key = byId.get(keyId)
      if (key === undefined) throw new UnknownKeyError(keyId)
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength: 16 })
        decipher.setAAD(Buffer.from(workspaceId)).setAuthTag(Buffer.from(tag, 'base64url'))
        return decipher.update(ciphertext, 'base64url', 'utf8') + decipher.final('utf8')
      } catch (error) {
        throw new UnreadableBoxError(`A stored secret cannot be decrypted with the encryption key "${keyId}".`, {
          cause: error,
        })
      }
    },
    sign: (text) => `${newestId}.${macOf(newestKey, text).toString('base64url')}`,
    verify: (text, signature) => {
      const [keyId = '', mac = '', ...rest] = signature.split('.')
      const key = byId.get(keyId)
      if (key === undefined || rest.length > 0) return false
      const [given, expected] = [Buffer.from(mac, 'base64url'), macOf(key, text)]
      return given.length === expected.length && timingSafeEqual(given, expected)
    },
    isCurrent: (box) => box.startsWith(`${newestId}.`),
  }
}

/** Signing has its own key, derived from the encryption key. */
function macOf(key: Buffer, text: string): Buffer {
  const signingKey = Buffer.from(hkdfSync('sha256', key, '', 'hubspot-contact-sync signatures', 32))
  return createHmac('sha256', signingKey).update(text).digest()
}

function parseKey(key: string): [id: string, bytes: Buffer] {
  const colon = key.indexOf(':')
  return [key.slice(0, colon), Buffer.from(key.slice(colon + 1), 'base64')]
}
