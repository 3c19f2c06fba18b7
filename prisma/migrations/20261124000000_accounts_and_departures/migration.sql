-- Accounts in a run, what leaves the scope, single records, previews.
ALTER TYPE run_phase RENAME VALUE 'SYNCING' TO 'SYNCING_CONTACTS';
ALTER TYPE run_phase RENAME VALUE 'RETRYING' TO 'RETRYING_CONTACTS';
ALTER TYPE run_phase ADD VALUE 'SYNCING_ACCOUNTS' BEFORE 'SYNCING_CONTACTS';
ALTER TYPE run_phase ADD VALUE 'SETTLING_ACCOUNTS' BEFORE 'SYNCING_CONTACTS';
ALTER TYPE run_phase ADD VALUE 'RETRYING_ACCOUNTS' BEFORE 'SYNCING_CONTACTS';
ALTER TYPE run_phase ADD VALUE 'COLLECTING_CONTACTS' BEFORE 'SYNCING_CONTACTS';
ALTER TYPE run_phase ADD VALUE 'SETTLING_CONTACTS' AFTER 'SYNCING_CONTACTS';

CREATE TYPE run_scope AS ENUM ('ALL', 'RECORDS', 'PREVIEW');

ALTER TABLE sync_settings ADD departure_limit_percent integer NOT NULL DEFAULT 20
  CHECK (departure_limit_percent BETWEEN 1 AND 100);

ALTER TABLE hubspot_alias ADD is_primary boolean NOT NULL DEFAULT false;
CREATE INDEX ON hubspot_alias (workspace_id, object_type, merged_into_id);

ALTER TABLE sync_run
  ADD scope run_scope NOT NULL DEFAULT 'ALL',
  ADD with_accounts boolean NOT NULL DEFAULT false,
  ADD accounts_progress jsonb,
  ADD departures_confirmed boolean NOT NULL DEFAULT false,
  ADD hold_reason text,
  ADD resume_at timestamptz(3),
  ADD preview jsonb;
-- B11: at most one run over everything is under way in a workspace, however many servers start one.
DROP INDEX sync_run_one_under_way;
CREATE UNIQUE INDEX sync_run_one_under_way ON sync_run (workspace_id)
  WHERE scope = 'ALL' AND status IN ('QUEUED', 'RUNNING', 'PAUSED', 'THROTTLED');

CREATE TABLE sync_run_member (
  workspace_id uuid NOT NULL,
  run_id uuid NOT NULL REFERENCES sync_run (id) ON DELETE CASCADE,
  hubspot_id bigint NOT NULL,
  PRIMARY KEY (run_id, hubspot_id)
);

CREATE TABLE sync_run_departure (
  workspace_id uuid NOT NULL,
  run_id uuid NOT NULL REFERENCES sync_run (id) ON DELETE CASCADE,
  object_type object_type NOT NULL,
  hubspot_id bigint NOT NULL,
  PRIMARY KEY (run_id, object_type, hubspot_id)
);

ALTER TABLE sync_error
  ADD account_id uuid REFERENCES account (id) ON DELETE SET NULL,
  ADD held_by_account_id uuid;
CREATE INDEX ON sync_error (account_id) WHERE account_id IS NOT NULL;
