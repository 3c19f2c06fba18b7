import { type Database, inTransaction } from '../database/database.ts'
import { type Encryption, UnknownKeyError, UnreadableBoxError } from '../encryption/encryption.ts'

/** Numbers of stored secrets, not of workspaces: a connection has two. */
export interface KeyRotation {
  /** Now encrypted with the newest key, and previously with an older one. */
  rotated: number
  /** Already encrypted with the newest key. */
  alreadyCurrent: number
  /** Unchanged, since none of the keys opens them. Their workspaces have to log in again. */
  unreadable: number
  /** Keys that ENCRYPTION_KEYS would have to contain to open those. */
  missingKeys: string[]
}

/** Every column that holds a sealed value. */
const sealed = [
  { table: 'hubspot_connection', id: 'workspace_id', columns: ['access_token', 'refresh_token'] },
  { table: 'oauth_state', id: 'state_hash', columns: ['code_verifier'] },
] as const
type Sealed = (typeof sealed)[number]

const batch = 500

/**
 * Encrypts every stored secret with the newest key, so that older ones can be removed from ENCRYPTION_KEYS. It can run
 * while other processes run, if these already know the newest key: a row is locked while it is rewritten, so no token
 * that is renewed in the meantime is lost. Safe to repeat, to interrupt, and to run twice at the same time.
 */
export async function rotateKeys(database: Database, encryption: Encryption): Promise<KeyRotation> {
  const rotation: KeyRotation = { rotated: 0, alreadyCurrent: 0, unreadable: 0, missingKeys: [] }
  for (const where of sealed) {
    for await (const id of idsOf(database, where)) await rotateRow(database, encryption, where, id, rotation)
  }
  return rotation
}

async function* idsOf({ pool }: Database, { table, id }: Sealed): AsyncGenerator<unknown> {
  let last: unknown = null
  for (;;) {
    const { rows } = await pool.query<{ id: unknown }>(
      `SELECT ${id} AS id FROM ${table} WHERE $1::text IS NULL OR ${id} > $1::text::${id === 'state_hash' ? 'bytea' : 'uuid'}
       ORDER BY ${id} LIMIT ${batch}`,
      [last],
    )
    for (const row of rows) yield row.id
    if (rows.length < batch) return
    const end = rows.at(-1)?.id
    last = Buffer.isBuffer(end) ? `\\x${end.toString('hex')}` : end
  }
}

async function rotateRow(
  { pool }: Database,
  encryption: Encryption,
  { table, id: idColumn, columns }: Sealed,
  id: unknown,
  rotation: KeyRotation,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { rows } = await client.query<Record<string, string | null> & { workspace_id: string }>(
      `SELECT workspace_id, ${columns.join(', ')} FROM ${table} WHERE ${idColumn} = $1 FOR UPDATE`,
      [id],
    )
    const [row] = rows
    for (const column of row === undefined ? [] : columns) {
      const box = row?.[column]
      if (row === undefined || box == null) continue
      const fresh = reseal(encryption, box, row.workspace_id, rotation)
      if (fresh !== null) await client.query(`UPDATE ${table} SET ${column} = $2 WHERE ${idColumn} = $1`, [id, fresh])
    }
  })
}

/** Null if the value stays as it is. */
function reseal(encryption: Encryption, box: string, workspaceId: string, rotation: KeyRotation): string | null {
  try {
    const text = encryption.decrypt(box, workspaceId)
    if (encryption.isCurrent(box)) {
      rotation.alreadyCurrent++
      return null
    }
    rotation.rotated++
    return encryption.encrypt(text, workspaceId)
  } catch (error) {
    if (!(error instanceof UnknownKeyError || error instanceof UnreadableBoxError)) throw error
    rotation.unreadable++
    if (error instanceof UnknownKeyError && !rotation.missingKeys.includes(error.keyId)) {
      rotation.missingKeys.push(error.keyId)
    }
    return null
  }
}
