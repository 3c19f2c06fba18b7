import { bigints, texts, uuids } from '../database/array-parameter.ts'
import { prepared, type Queryable } from '../database/database.ts'
import type { LinkState } from '../generated/prisma/enums.ts'
import { changeTime } from './change-time.ts'
import type { LinkRow } from './record-changes.ts'

/** The tables in which one type of record keeps its links. The names are SQL and never come from outside. */
interface LinkTableNames {
  readonly table: 'contact_link' | 'account_link'
  readonly record: 'contact' | 'account'
  readonly recordId: 'contact_id' | 'account_id'
  /** SQL condition for the runs that look at every record of this type. */
  readonly isCoveringRun: string
}

/** The links between records of one type and HubSpot: the same statements over either table. */
export class LinkTable {
  readonly #table: string
  readonly #record: string
  readonly #recordId: string
  /** End of the last run that confirmed every link that it did not skip (B40). */
  readonly #lastRunEnd: string

  constructor({ table, record, recordId, isCoveringRun }: LinkTableNames) {
    this.#table = table
    this.#record = record
    this.#recordId = recordId
    this.#lastRunEnd = `(SELECT max(finished_at) FROM sync_run
      WHERE workspace_id = $1 AND scope = 'ALL' AND ${isCoveringRun} AND status IN ('COMPLETED', 'COMPLETED_WITH_ERRORS'))`
  }

  /** Ids of records that the store already holds according to their hash (B52), and that have no open error (B54). */
  async findUnchanged(
    queryable: Queryable,
    workspaceId: string,
    objectType: string,
    hubspotIds: readonly bigint[],
    hashes: readonly bigint[],
  ): Promise<Set<bigint>> {
    const { rows } = await queryable.query<{ hubspot_id: bigint }>({
      text: `
        SELECT asked.hubspot_id
        FROM unnest($2::bigint[], $3::bigint[]) AS asked (hubspot_id, row_hash)
        CROSS JOIN LATERAL (
          SELECT row_hash FROM ${this.#table}
          WHERE workspace_id = $1 AND hubspot_id = asked.hubspot_id AND state = 'ACTIVE' AND NOT is_held LIMIT 1
        ) AS link
        WHERE link.row_hash = asked.row_hash AND NOT EXISTS (
          SELECT FROM sync_error WHERE workspace_id = $1 AND object_type = $4 AND status = 'OPEN'
            AND hubspot_id = asked.hubspot_id OFFSET 0)`,
      values: [workspaceId, bigints(hubspotIds, (id) => id), bigints(hashes, (hash) => hash), objectType],
    })
    return new Set(rows.map((row) => row.hubspot_id))
  }

  async countActive(queryable: Queryable, workspaceId: string): Promise<number> {
    const { rows } = await queryable.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM ${this.#table} WHERE workspace_id = $1 AND state = 'ACTIVE'`,
      [workspaceId],
    )
    return rows[0]?.count ?? 0
  }

  async deleteOf(client: Queryable, workspaceId: string, recordIds: readonly string[]): Promise<void> {
    if (recordIds.length === 0) return
    await client.query(
      `DELETE FROM ${this.#table} WHERE (workspace_id, hubspot_id) IN (
         SELECT link.workspace_id, link.hubspot_id FROM unnest($2::uuid[]) AS asked (record_id)
         CROSS JOIN LATERAL (
           SELECT workspace_id, hubspot_id FROM ${this.#table}
           WHERE ${this.#recordId} = asked.record_id AND workspace_id = $1 LIMIT 1
         ) AS link)`,
      [workspaceId, recordIds],
    )
  }

  async upsert(client: Queryable, workspaceId: string, rows: readonly LinkRow[], at: Date): Promise<void> {
    if (rows.length === 0) return
    await client.query(
      prepared(
        `
        INSERT INTO ${this.#table} (workspace_id, synced_at, state_changed_at, hubspot_id, ${this.#recordId}, state,
          row_hash)
        SELECT $1, $2, ${changeTime}, row.hubspot_id, row.record_id, row.state::link_state, row.row_hash
        FROM unnest($3::bigint[], $4::uuid[], $5::text[], $6::bigint[]) AS row (hubspot_id, record_id, state, row_hash)
        ON CONFLICT (workspace_id, hubspot_id) DO UPDATE SET ${this.#recordId} = excluded.${this.#recordId},
          state = excluded.state, row_hash = excluded.row_hash, synced_at = excluded.synced_at, is_held = false,
          state_changed_at = CASE WHEN ${this.#table}.state = excluded.state
            AND ${this.#table}.${this.#recordId} = excluded.${this.#recordId}
            THEN ${this.#table}.state_changed_at ELSE excluded.state_changed_at END`,
        [
          workspaceId,
          at,
          bigints(rows, (row) => row.hubspotId),
          uuids(rows, (row) => row.recordId),
          texts(rows, (row) => row.state),
          bigints(rows, (row) => row.rowHash),
        ],
      ),
    )
  }

  /**
   * Holds links whose records were skipped or failed: their last sync time no longer advances (B40). From now on their
   * own time counts and not that of the runs, so the time of the last run that saw them is stored with them. Links that
   * do not follow HubSpot do not advance anyway.
   */
  async hold(client: Queryable, workspaceId: string, hubspotIds: readonly bigint[]): Promise<void> {
    if (hubspotIds.length === 0) return
    await client.query(
      `UPDATE ${this.#table} SET is_held = true, synced_at = greatest(synced_at, ${this.#lastRunEnd})
       WHERE workspace_id = $1 AND hubspot_id = ANY ($2::bigint[]) AND state = 'ACTIVE' AND NOT is_held`,
      [workspaceId, hubspotIds],
    )
  }

  /** Confirms links whose records were read one by one and match HubSpot (B40). */
  async confirm(client: Queryable, workspaceId: string, hubspotIds: readonly bigint[], at: Date): Promise<void> {
    if (hubspotIds.length === 0) return
    await client.query(
      `UPDATE ${this.#table} SET synced_at = $3
       WHERE workspace_id = $1 AND hubspot_id = ANY ($2::bigint[]) AND state = 'ACTIVE' AND NOT is_held AND synced_at < $3`,
      [workspaceId, hubspotIds, at],
    )
  }

  /**
   * Makes these links stop following HubSpot (B57–B59). They keep the time of the last run that saw them. Returns the
   * ids of their records, which count as changed.
   */
  async stop(
    client: Queryable,
    workspaceId: string,
    hubspotIds: readonly bigint[],
    state: Exclude<LinkState, 'ACTIVE'>,
  ): Promise<string[]> {
    if (hubspotIds.length === 0) return []
    const { rows } = await client.query<{ id: string }>(
      `WITH stopped AS (
         UPDATE ${this.#table} SET state = $3, row_hash = NULL, is_held = false, state_changed_at = ${changeTime},
           synced_at = CASE
             WHEN state = 'ACTIVE' AND NOT is_held THEN greatest(synced_at, ${this.#lastRunEnd}) ELSE synced_at END
         WHERE workspace_id = $1 AND hubspot_id = ANY ($2::bigint[]) RETURNING ${this.#recordId}
       )
       UPDATE ${this.#record} SET updated_at = ${changeTime}
       FROM stopped WHERE ${this.#record}.id = ${this.#recordId} AND workspace_id = $1 RETURNING id`,
      [workspaceId, hubspotIds, state],
    )
    return rows.map((row) => row.id)
  }

  /**
   * Makes stopped links follow the record that their HubSpot records were merged into, the first given first. If that
   * record already has a link, they become MERGED_AWAY, and the record's external id is free (B59).
   */
  async followMerges(
    client: Queryable,
    workspaceId: string,
    merges: readonly { readonly from: bigint; readonly to: bigint }[],
  ): Promise<void> {
    if (merges.length === 0) return
    const from = merges.map((merge) => merge.from)
    const to = merges.map((merge) => merge.to)
    await client.query(
      `WITH merge AS (
         SELECT DISTINCT ON (to_id) from_id, to_id
         FROM unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS merge (from_id, to_id, turn)
         WHERE NOT EXISTS (SELECT FROM ${this.#table} WHERE workspace_id = $1 AND hubspot_id = to_id)
           AND NOT EXISTS (SELECT FROM ${this.#record} WHERE workspace_id = $1 AND external_id = to_id::text)
         ORDER BY to_id, turn
       ), moved AS (
         UPDATE ${this.#table} SET hubspot_id = to_id, state_changed_at = ${changeTime} FROM merge
         WHERE workspace_id = $1 AND hubspot_id = from_id RETURNING ${this.#recordId}, to_id
       )
       UPDATE ${this.#record} SET external_id = to_id::text, updated_at = ${changeTime}
       FROM moved WHERE ${this.#record}.id = ${this.#recordId} AND workspace_id = $1`,
      [workspaceId, from, to],
    )
    await client.query(
      `WITH away AS (
         UPDATE ${this.#table} SET state = 'MERGED_AWAY', state_changed_at = ${changeTime}
         WHERE workspace_id = $1 AND hubspot_id = ANY ($2::bigint[]) RETURNING ${this.#recordId}
       )
       UPDATE ${this.#record} SET external_id = NULL, updated_at = ${changeTime}
       FROM away WHERE ${this.#record}.id = ${this.#recordId} AND workspace_id = $1`,
      [workspaceId, from],
    )
  }

  /** Number of links that a run noted as departed and that still follow HubSpot. */
  async countDepartures(
    queryable: Queryable,
    run: { readonly id: string; readonly workspaceId: string },
    objectType: string,
  ): Promise<number> {
    const { rows } = await queryable.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM sync_run_departure departure
       JOIN ${this.#table} link ON link.workspace_id = $1 AND link.hubspot_id = departure.hubspot_id
       WHERE departure.run_id = $2 AND departure.object_type = $3 AND link.state = 'ACTIVE'`,
      [run.workspaceId, run.id, objectType],
    )
    return rows[0]?.count ?? 0
  }

  /** {@link hold} for every link that a run noted as departed. */
  async holdDepartures(
    client: Queryable,
    run: { readonly id: string; readonly workspaceId: string },
    objectType: string,
  ): Promise<void> {
    await client.query(
      `UPDATE ${this.#table} SET is_held = true, synced_at = greatest(synced_at, ${this.#lastRunEnd})
       WHERE workspace_id = $1 AND state = 'ACTIVE' AND NOT is_held AND hubspot_id IN (
         SELECT hubspot_id FROM sync_run_departure WHERE run_id = $2 AND workspace_id = $1 AND object_type = $3)`,
      [run.workspaceId, run.id, objectType],
    )
  }

  /**
   * Ids of links that left the scope and whose records hold a handle that a run refused to another record (B46). Their
   * HubSpot records may be gone by now. Ascending, greater than `after`, at most `limit`.
   */
  async findOutOfScopeHolders(
    queryable: Queryable,
    run: { readonly id: string; readonly workspaceId: string },
    objectType: string,
    { after, limit }: { readonly after: bigint; readonly limit: number },
  ): Promise<bigint[]> {
    const { rows } = await queryable.query<{ hubspot_id: bigint }>(
      `SELECT hubspot_id FROM ${this.#table} link
       WHERE workspace_id = $1 AND state = 'OUT_OF_SCOPE' AND hubspot_id > $4 AND hubspot_id IN (
         SELECT held_by_hubspot_id FROM sync_error
         WHERE workspace_id = $1 AND last_run_id = $2 AND object_type = $3 AND status = 'OPEN')
       ORDER BY hubspot_id LIMIT $5`,
      [run.workspaceId, run.id, objectType, after, limit],
    )
    return rows.map((row) => row.hubspot_id)
  }

  /** The ids among these whose link follows HubSpot, or is in the given state. */
  async findInState(
    queryable: Queryable,
    workspaceId: string,
    hubspotIds: readonly bigint[],
    state: LinkState = 'ACTIVE',
  ): Promise<bigint[]> {
    const { rows } = await queryable.query<{ hubspot_id: bigint }>(
      `SELECT hubspot_id FROM ${this.#table}
       WHERE workspace_id = $1 AND hubspot_id = ANY ($2::bigint[]) AND state = $3::link_state ORDER BY hubspot_id`,
      [workspaceId, hubspotIds, state],
    )
    return rows.map((row) => row.hubspot_id)
  }

  /**
   * Notes the links that follow HubSpot and whose id is greater than `after`, at most `upTo` (and in `among`, if
   * given), and not present: their records are missing where the run looks for them.
   */
  async noteDepartures(
    client: Queryable,
    run: { readonly id: string; readonly workspaceId: string },
    objectType: string,
    {
      after,
      upTo,
      among,
      presentIds,
    }: {
      readonly after: bigint
      readonly upTo: bigint
      readonly among: readonly bigint[] | null
      readonly presentIds: readonly bigint[]
    },
  ): Promise<void> {
    await client.query(
      `INSERT INTO sync_run_departure (workspace_id, run_id, object_type, hubspot_id)
       SELECT $1, $2, $3, hubspot_id FROM ${this.#table}
       WHERE workspace_id = $1 AND hubspot_id > $4 AND hubspot_id <= $5 AND state = 'ACTIVE'
         AND NOT (hubspot_id = ANY ($6::bigint[])) AND ($7::bigint[] IS NULL OR hubspot_id = ANY ($7))
       ON CONFLICT DO NOTHING`,
      [run.workspaceId, run.id, objectType, after, upTo, presentIds, among],
    )
  }
}
