-- Changes within seconds: what HubSpot tells of, until it is read again.
CREATE TYPE live_updates AS ENUM ('OFF', 'WEBHOOKS', 'JOURNAL');
ALTER TABLE sync_settings ADD live_updates live_updates NOT NULL DEFAULT 'OFF';

CREATE TYPE change_kind AS ENUM ('CHANGED', 'PRIVACY_DELETED');

CREATE TABLE hubspot_change (
  workspace_id uuid NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  object_type object_type NOT NULL,
  hubspot_id bigint NOT NULL,
  kind change_kind NOT NULL,
  occurred_at timestamptz(3),
  first_seen_at timestamptz(3) NOT NULL,
  last_seen_at timestamptz(3) NOT NULL,
  claim uuid,
  claimed_at timestamptz(3),
  run_id uuid,
  attempts integer NOT NULL DEFAULT 0,
  retry_at timestamptz(3),
  after_run_id uuid,
  PRIMARY KEY (workspace_id, object_type, hubspot_id, kind)
);
CREATE INDEX hubspot_change_dirty ON hubspot_change (workspace_id, object_type, first_seen_at)
  WHERE claim IS NULL AND kind = 'CHANGED';
CREATE INDEX hubspot_change_claimed ON hubspot_change (claim) WHERE claim IS NOT NULL;
CREATE INDEX hubspot_change_privacy ON hubspot_change (first_seen_at) WHERE kind = 'PRIVACY_DELETED';

CREATE TABLE hubspot_freshness (
  workspace_id uuid PRIMARY KEY REFERENCES workspace (id) ON DELETE CASCADE,
  last_event_at timestamptz(3),
  last_applied_at timestamptz(3),
  last_lag_ms integer
);

CREATE TABLE hubspot_budget (
  portal_id bigint PRIMARY KEY,
  limit_per_interval integer,
  remaining integer,
  interval_ms integer,
  daily_limit integer,
  daily_remaining integer,
  seen_at timestamptz(3) NOT NULL
);

CREATE TABLE hubspot_journal (
  app_id text PRIMARY KEY,
  journal_offset text,
  polled_at timestamptz(3) NOT NULL
);

CREATE TABLE hubspot_journal_subscription (
  app_id text NOT NULL,
  portal_id bigint NOT NULL,
  subscription_key text NOT NULL,
  request_hash text NOT NULL,
  PRIMARY KEY (app_id, portal_id, subscription_key)
);

-- Events name a portal, which several workspaces may share.
CREATE INDEX ON hubspot_connection (portal_id);
-- At most one run of a workspace works on what HubSpot told of.
CREATE INDEX sync_run_of_records_under_way ON sync_run (workspace_id)
  WHERE scope = 'RECORDS' AND status IN ('QUEUED', 'RUNNING', 'PAUSED', 'THROTTLED');
