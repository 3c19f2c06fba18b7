import type { Queryable } from '../../database/database.ts'

/** Texts of a run that may name people: the result of a preview, and the message of a failure. */
export interface RunTexts {
  readonly preview: unknown
  readonly message: string | null
}

/** Rewrites the texts of a workspace's runs that may name people (B61), within the caller's transaction. */
export async function rewriteRunTexts(
  client: Queryable,
  workspaceId: string,
  rewrite: (texts: RunTexts) => RunTexts,
): Promise<void> {
  const { rows } = await client.query<RunTexts & { readonly id: string }>(
    `SELECT id, preview, failure_message AS message FROM sync_run
     WHERE workspace_id = $1 AND (preview IS NOT NULL OR failure_message IS NOT NULL)`,
    [workspaceId],
  )
  for (const { id, ...texts } of rows) {
    const { preview, message } = rewrite(texts)
    await client.query('UPDATE sync_run SET preview = $3, failure_message = $4 WHERE workspace_id = $1 AND id = $2', [
      workspaceId,
      id,
      preview === null ? null : JSON.stringify(preview),
      message,
    ])
  }
}
