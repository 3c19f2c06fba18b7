import type pg from 'pg'
import { v7 as uuid } from 'uuid'
import { type CallWindows, pacingExponent } from './call-windows.ts'

/**
 * The tables and the function behind {@link postgresCallWindows}. To be run by one process at a time. All times are in
 * milliseconds.
 */
export const callWindowsSchema = (schema: string) => `
  CREATE UNLOGGED TABLE IF NOT EXISTS ${schema}.call_window (
    key text PRIMARY KEY,
    last_at double precision NOT NULL DEFAULT 0,
    held_until double precision NOT NULL DEFAULT 0,
    hold_ends double precision NOT NULL DEFAULT 0,
    held_for text
  );
  CREATE UNLOGGED TABLE IF NOT EXISTS ${schema}.call_place (
    key text NOT NULL,
    id uuid NOT NULL,
    free_at double precision NOT NULL,
    PRIMARY KEY (key, id)
  );
  CREATE OR REPLACE FUNCTION ${schema}.take_calls(
    keys text[], calls integer[], windows double precision[], horizon double precision, unsettled double precision,
    place uuid, OUT granted boolean, OUT wait_ms double precision, OUT at_ms double precision, OUT reason text
  ) LANGUAGE plpgsql AS $function$
  DECLARE
    now_ms double precision;
    taken double precision[];
    call_window ${schema}.call_window;
  BEGIN
    INSERT INTO ${schema}.call_window (key) SELECT unnest(keys) ORDER BY 1 ON CONFLICT DO NOTHING;
    PERFORM FROM ${schema}.call_window WHERE key = ANY (keys) ORDER BY key FOR UPDATE;
    -- Read only now, since waiting for the lock may have taken time.
    now_ms := extract(epoch FROM clock_timestamp()) * 1000;
    at_ms := now_ms;
    granted := false;
    FOR i IN 1 .. cardinality(keys) LOOP
      SELECT * INTO call_window FROM ${schema}.call_window WHERE key = keys[i];
      IF least(call_window.held_until, call_window.hold_ends) > now_ms THEN
        wait_ms := call_window.held_until - now_ms;
        reason := call_window.held_for;
        RETURN;
      END IF;
      CONTINUE WHEN calls[i] IS NULL;
      DELETE FROM ${schema}.call_place WHERE key = keys[i] AND free_at <= now_ms;
      taken := ARRAY(SELECT free_at FROM ${schema}.call_place WHERE key = keys[i] ORDER BY free_at);
      IF cardinality(taken) >= calls[i] THEN
        at_ms := greatest(at_ms, taken[cardinality(taken) - calls[i] + 1]);
      END IF;
      at_ms := greatest(at_ms, call_window.last_at
        + windows[i] / calls[i] * power(least(1, cardinality(taken)::double precision / calls[i]), ${pacingExponent}));
    END LOOP;
    wait_ms := at_ms - now_ms;
    IF wait_ms > horizon THEN RETURN; END IF;
    granted := true;
    FOR i IN 1 .. cardinality(keys) LOOP
      CONTINUE WHEN calls[i] IS NULL;
      INSERT INTO ${schema}.call_place VALUES (keys[i], place, at_ms + windows[i] + unsettled);
      UPDATE ${schema}.call_window SET last_at = at_ms WHERE key = keys[i];
    END LOOP;
  END $function$;`

/** Call windows by PostgreSQL's clock, with one row for each. The row's lock keeps two calls from taking the same place. */
export function postgresCallWindows(pool: pg.Pool, schema: string): CallWindows {
  return {
    take: async (limits, { horizonMs, unsettledMs }) => {
      const id = uuid()
      const { rows } = await pool.query<{ granted: boolean; waitMs: number; at: number; reason: string | null }>(
        `SELECT granted, wait_ms AS "waitMs", at_ms AS at, reason FROM ${schema}.take_calls($1, $2, $3, $4, $5, $6)`,
        [
          limits.map(({ key }) => key),
          limits.map(({ calls }) => calls),
          limits.map(({ windowMs }) => windowMs),
          horizonMs,
          unsettledMs,
          id,
        ],
      )
      const [turn] = rows
      if (turn === undefined) throw new Error('PostgreSQL did not say whether a call may go.')
      if (turn.granted) return { granted: true, inMs: turn.waitMs, place: { id, at: turn.at } }
      return { granted: false, retryAfterMs: turn.waitMs, heldFor: turn.reason }
    },
    settle: async (limits, { id, at }, lateMs) => {
      const counted = limits.filter(({ calls }) => calls !== null)
      await pool.query(
        `UPDATE ${schema}.call_place AS place SET free_at = asked.free_at
         FROM unnest($1::text[], $2::float8[]) AS asked (key, free_at) WHERE place.key = asked.key AND place.id = $3`,
        [
          counted.map(({ key }) => key),
          counted.map(({ windowMs }) => (lateMs === null ? 0 : at + lateMs + windowMs)),
          id,
        ],
      )
    },
    hold: async (key, { forMs, reason, forgottenAfterMs }) => {
      await pool.query(
        `INSERT INTO ${schema}.call_window AS w (key, held_until, hold_ends, held_for)
         SELECT $1, now_ms + $2, now_ms + $4, $3 FROM (SELECT extract(epoch FROM clock_timestamp())::float8 * 1000) AS t (now_ms)
         ON CONFLICT (key) DO UPDATE
         SET held_until = excluded.held_until, hold_ends = excluded.hold_ends, held_for = excluded.held_for`,
        [key, forMs, reason, forgottenAfterMs],
      )
    },
  }
}
