import type pg from 'pg'
import { type CallWindows, pacingExponent } from './call-windows.ts'

/** What {@link postgresCallWindows} stands on, to be run by one process at a time. All times are milliseconds. */
export const callWindowsSchema = (schema: string) => `
  CREATE UNLOGGED TABLE IF NOT EXISTS ${schema}.call_window (
    key text PRIMARY KEY,
    free_at double precision[] NOT NULL DEFAULT '{}',
    last_at double precision NOT NULL DEFAULT 0,
    held_until double precision NOT NULL DEFAULT 0,
    hold_ends double precision NOT NULL DEFAULT 0,
    held_for text
  );
  CREATE OR REPLACE FUNCTION ${schema}.take_calls(
    keys text[], calls integer[], windows double precision[], horizon double precision,
    OUT granted boolean, OUT wait_ms double precision, OUT reason text
  ) LANGUAGE plpgsql AS $function$
  DECLARE
    now_ms double precision;
    at_ms double precision;
    taken double precision[];
    call_window ${schema}.call_window;
  BEGIN
    INSERT INTO ${schema}.call_window (key) SELECT unnest(keys) ORDER BY 1 ON CONFLICT DO NOTHING;
    PERFORM FROM ${schema}.call_window WHERE key = ANY (keys) ORDER BY key FOR UPDATE;
    -- Only now, since the lock may have been waited for.
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
      taken := ARRAY(SELECT free FROM unnest(call_window.free_at) AS free WHERE free > now_ms ORDER BY free);
      IF cardinality(taken) >= calls[i] THEN
        at_ms := greatest(at_ms, taken[cardinality(taken) - calls[i] + 1]);
      END IF;
      at_ms := greatest(at_ms, call_window.last_at
        + windows[i] / calls[i] * power(least(1, cardinality(taken)::double precision / calls[i]), ${pacingExponent}));
    END LOOP;
    wait_ms := at_ms - now_ms;
    IF wait_ms > horizon THEN RETURN; END IF;
    granted := true;
    UPDATE ${schema}.call_window AS w
    SET free_at = ARRAY(SELECT free FROM unnest(w.free_at) AS free WHERE free > now_ms) || (at_ms + asked.window_ms),
      last_at = at_ms
    FROM unnest(keys, calls, windows) AS asked (key, calls, window_ms)
    WHERE w.key = asked.key AND asked.calls IS NOT NULL;
  END $function$;`

/** Call windows by PostgreSQL's clock, one row each; the row's lock keeps two calls from taking one place. */
export function postgresCallWindows(pool: pg.Pool, schema: string): CallWindows {
  return {
    take: async (limits, horizonMs) => {
      const { rows } = await pool.query<{ granted: boolean; waitMs: number; reason: string | null }>(
        `SELECT granted, wait_ms AS "waitMs", reason FROM ${schema}.take_calls($1, $2, $3, $4)`,
        [
          limits.map(({ key }) => key),
          limits.map(({ calls }) => calls),
          limits.map(({ windowMs }) => windowMs),
          horizonMs,
        ],
      )
      const [turn] = rows
      if (turn === undefined) throw new Error('PostgreSQL did not say whether a call may go.')
      if (turn.granted) return { granted: true, inMs: turn.waitMs }
      return { granted: false, retryAfterMs: turn.waitMs, heldFor: turn.reason }
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
