-- The number under which a worker holds a run; it rises each time the run is taken up.
ALTER TABLE sync_run ADD COLUMN fence bigint NOT NULL DEFAULT 0;
-- How often the run was taken up since it last moved or was left in good order.
ALTER TABLE sync_run ADD COLUMN attempts integer NOT NULL DEFAULT 0;
-- Why a THROTTLED run waits, and since when HubSpot has given it no answer.
ALTER TABLE sync_run ADD COLUMN wait_reason text;
ALTER TABLE sync_run ADD COLUMN silent_since timestamptz(3);
