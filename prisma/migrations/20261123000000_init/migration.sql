CREATE TYPE plan AS ENUM ('STARTER', 'GROWTH', 'SCALE', 'PREMIER');
CREATE TYPE role AS ENUM ('MEMBER', 'WORKSPACE_ADMIN');
CREATE TYPE object_type AS ENUM ('CONTACT', 'ACCOUNT');
CREATE TYPE connection_status AS ENUM ('CONNECTED', 'NEEDS_RECONNECT', 'DISCONNECTED');
CREATE TYPE contact_source AS ENUM ('FROM_SYNCED_ACCOUNTS', 'FROM_LIST');
CREATE TYPE custom_field_type AS ENUM ('STRING', 'NUMBER', 'BOOLEAN', 'DATETIME', 'ENUM', 'TEAMMATE');
CREATE TYPE mapping_target AS ENUM (
  'NAME', 'FIRST_NAME', 'LAST_NAME', 'DESCRIPTION', 'EMAIL', 'PHONE', 'LINK', 'DOMAIN', 'CUSTOM_FIELD'
);
CREATE TYPE handle_source AS ENUM ('EMAIL', 'PHONE');
CREATE TYPE link_state AS ENUM ('ACTIVE', 'SOURCE_DELETED', 'OUT_OF_SCOPE', 'MERGED_AWAY');
CREATE TYPE run_trigger AS ENUM ('MANUAL', 'SCHEDULED', 'WEBHOOK');
CREATE TYPE run_status AS ENUM (
  'QUEUED', 'RUNNING', 'PAUSED', 'THROTTLED', 'COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'
);
CREATE TYPE run_phase AS ENUM ('PREPARING', 'SYNCING', 'RETRYING', 'FINISHED');
CREATE TYPE sync_error_type AS ENUM (
  'MISSING_HANDLE', 'EMAIL_TAKEN', 'PHONE_TAKEN', 'ACCOUNT_NOT_SYNCED', 'HUBSPOT_FIELD_NOT_FOUND',
  'HUBSPOT_LIST_NOT_FOUND', 'INVALID_VALUE', 'LIMIT_EXCEEDED', 'DOMAIN_TAKEN', 'AUTHORIZATION', 'HUBSPOT_UNAVAILABLE',
  'UNEXPECTED'
);
CREATE TYPE sync_error_status AS ENUM ('OPEN', 'RESOLVED', 'IGNORED');

CREATE TABLE organization (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE workspace (
  id uuid PRIMARY KEY,
  organization_id uuid NOT NULL REFERENCES organization (id),
  name text NOT NULL,
  plan plan NOT NULL,
  contact_limit integer NOT NULL DEFAULT 1000000 CHECK (contact_limit >= 0),
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX ON workspace (organization_id);

CREATE TABLE app_user (
  id uuid PRIMARY KEY,
  organization_id uuid NOT NULL REFERENCES organization (id),
  email text NOT NULL,
  name text NOT NULL DEFAULT '',
  is_company_admin boolean NOT NULL DEFAULT false,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (organization_id, email)
);

CREATE TABLE membership (
  workspace_id uuid NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  role role NOT NULL,
  PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX ON membership (user_id);

CREATE TABLE api_token (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  name text NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  revoked_at timestamptz(3)
);
CREATE INDEX ON api_token (user_id);

CREATE TABLE hubspot_connection (
  workspace_id uuid PRIMARY KEY REFERENCES workspace (id) ON DELETE CASCADE,
  status connection_status NOT NULL,
  portal_id bigint NOT NULL,
  ui_domain text NOT NULL,
  data_hosting_location text NOT NULL,
  time_zone text NOT NULL,
  scopes text[] NOT NULL,
  access_token text,
  refresh_token text,
  access_token_expires_at timestamptz(3),
  connected_by_id uuid,
  connected_at timestamptz(3) NOT NULL
);

CREATE TABLE oauth_state (
  state_hash bytea PRIMARY KEY,
  workspace_id uuid NOT NULL,
  user_id uuid NOT NULL,
  code_verifier text NOT NULL,
  allow_portal_change boolean NOT NULL DEFAULT false,
  expires_at timestamptz(3) NOT NULL
);

CREATE TABLE sync_settings (
  workspace_id uuid PRIMARY KEY REFERENCES workspace (id) ON DELETE CASCADE,
  version integer NOT NULL DEFAULT 1,
  contacts_enabled boolean NOT NULL DEFAULT false,
  accounts_enabled boolean NOT NULL DEFAULT false,
  contact_source contact_source,
  list_id text,
  default_phone_region text NOT NULL DEFAULT 'US',
  is_paused boolean NOT NULL DEFAULT false,
  activated_at timestamptz(3),
  next_run_at timestamptz(3),
  last_touched_by_id uuid,
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  CHECK (contact_source IS DISTINCT FROM 'FROM_LIST' OR list_id IS NOT NULL),
  -- B25
  CHECK (contact_source IS DISTINCT FROM 'FROM_SYNCED_ACCOUNTS' OR accounts_enabled)
);
CREATE INDEX ON sync_settings (next_run_at);

CREATE TABLE custom_field (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  object_type object_type NOT NULL,
  key text NOT NULL,
  name text NOT NULL,
  type custom_field_type NOT NULL,
  options text[] NOT NULL DEFAULT '{}',
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (workspace_id, object_type, key)
);

CREATE TABLE field_mapping (
  workspace_id uuid NOT NULL REFERENCES sync_settings (workspace_id) ON DELETE CASCADE,
  object_type object_type NOT NULL,
  hubspot_property text NOT NULL,
  target mapping_target NOT NULL,
  custom_field_id uuid REFERENCES custom_field (id) ON DELETE CASCADE,
  position integer NOT NULL,
  PRIMARY KEY (workspace_id, object_type, position),
  CHECK ((target = 'CUSTOM_FIELD') = (custom_field_id IS NOT NULL))
);
CREATE INDEX ON field_mapping (custom_field_id);

-- The big tables refer to their workspace without a foreign key: each insert would lock the one workspace row, which
-- costs a bulk load 10 to 15 %. Workspaces are never deleted by the product.
CREATE TABLE account (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  external_id text,
  name text NOT NULL DEFAULT '',
  description text NOT NULL DEFAULT '',
  custom_fields jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX account_workspace_id_external_id_key ON account (workspace_id, external_id);
CREATE INDEX ON account (workspace_id, id);

CREATE TABLE account_domain (
  workspace_id uuid NOT NULL,
  account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  domain text NOT NULL,
  from_hubspot boolean NOT NULL DEFAULT false,
  PRIMARY KEY (workspace_id, domain)
);
CREATE INDEX ON account_domain (account_id);

CREATE TABLE contact (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  external_id text,
  name text NOT NULL DEFAULT '',
  description text NOT NULL DEFAULT '',
  avatar_url text,
  links text[] NOT NULL DEFAULT '{}',
  custom_fields jsonb NOT NULL DEFAULT '{}',
  private_owner_id uuid,
  account_id uuid REFERENCES account (id) ON DELETE SET NULL,
  account_from_hubspot boolean NOT NULL DEFAULT false,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  -- B8
  CHECK (private_owner_id IS NULL OR external_id IS NULL)
);
-- B43, I2
CREATE UNIQUE INDEX contact_workspace_id_external_id_key ON contact (workspace_id, external_id);
CREATE INDEX contact_workspace_id_id_idx ON contact (workspace_id, id);
CREATE INDEX contact_account_id_idx ON contact (account_id) WHERE account_id IS NOT NULL;

CREATE TABLE contact_handle (
  workspace_id uuid NOT NULL,
  contact_id uuid NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
  source handle_source NOT NULL,
  value text NOT NULL CHECK (value <> ''),
  from_hubspot boolean NOT NULL DEFAULT false,
  is_private boolean NOT NULL DEFAULT false,
  PRIMARY KEY (contact_id, source, value)
);
-- I2: a handle belongs to one shared contact; private contacts neither hold nor lose handles here (B8).
CREATE UNIQUE INDEX contact_handle_shared_key ON contact_handle (workspace_id, source, value) WHERE NOT is_private;

CREATE TABLE contact_link (
  workspace_id uuid NOT NULL,
  hubspot_id bigint NOT NULL,
  contact_id uuid NOT NULL UNIQUE REFERENCES contact (id) ON DELETE CASCADE,
  state link_state NOT NULL DEFAULT 'ACTIVE',
  row_hash bigint,
  synced_at timestamptz(3) NOT NULL,
  is_held boolean NOT NULL DEFAULT false,
  PRIMARY KEY (workspace_id, hubspot_id)
);

CREATE TABLE account_link (
  workspace_id uuid NOT NULL,
  hubspot_id bigint NOT NULL,
  account_id uuid NOT NULL UNIQUE REFERENCES account (id) ON DELETE CASCADE,
  state link_state NOT NULL DEFAULT 'ACTIVE',
  row_hash bigint,
  synced_at timestamptz(3) NOT NULL,
  is_held boolean NOT NULL DEFAULT false,
  PRIMARY KEY (workspace_id, hubspot_id)
);

CREATE TABLE hubspot_alias (
  workspace_id uuid NOT NULL,
  object_type object_type NOT NULL,
  hubspot_id bigint NOT NULL,
  merged_into_id bigint NOT NULL,
  PRIMARY KEY (workspace_id, object_type, hubspot_id)
);

CREATE TABLE hubspot_exclusion (
  workspace_id uuid NOT NULL,
  object_type object_type NOT NULL,
  hubspot_id bigint NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, object_type, hubspot_id)
);

CREATE TABLE sync_run (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  object_type object_type NOT NULL,
  trigger run_trigger NOT NULL,
  triggered_by_id uuid REFERENCES app_user (id) ON DELETE SET NULL,
  status run_status NOT NULL DEFAULT 'QUEUED',
  phase run_phase NOT NULL DEFAULT 'PREPARING',
  settings_version integer NOT NULL,
  settings jsonb NOT NULL,
  checkpoint jsonb NOT NULL DEFAULT '{}',
  chunk integer NOT NULL DEFAULT 0,
  active_links integer NOT NULL DEFAULT 0,
  total integer,
  created integer NOT NULL DEFAULT 0,
  updated integer NOT NULL DEFAULT 0,
  unchanged integer NOT NULL DEFAULT 0,
  linked integer NOT NULL DEFAULT 0,
  skipped integer NOT NULL DEFAULT 0,
  failed integer NOT NULL DEFAULT 0,
  rate_per_second double precision,
  stalls integer NOT NULL DEFAULT 0,
  heartbeat_at timestamptz(3) NOT NULL DEFAULT now(),
  failure_type sync_error_type,
  failure_message text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  started_at timestamptz(3),
  finished_at timestamptz(3)
);
CREATE INDEX ON sync_run (workspace_id, created_at);
-- B11: at most one run of a workspace is under way, however many servers start one.
CREATE UNIQUE INDEX sync_run_one_under_way ON sync_run (workspace_id)
  WHERE status IN ('QUEUED', 'RUNNING', 'PAUSED', 'THROTTLED');

CREATE TABLE sync_error (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  object_type object_type NOT NULL,
  hubspot_id bigint NOT NULL DEFAULT 0,
  type sync_error_type NOT NULL,
  property text NOT NULL DEFAULT '',
  message text NOT NULL,
  contact_id uuid REFERENCES contact (id) ON DELETE SET NULL,
  held_by_contact_id uuid,
  held_by_hubspot_id bigint,
  status sync_error_status NOT NULL DEFAULT 'OPEN',
  first_run_id uuid NOT NULL,
  last_run_id uuid NOT NULL,
  first_seen_at timestamptz(3) NOT NULL,
  last_seen_at timestamptz(3) NOT NULL,
  resolved_at timestamptz(3)
);
CREATE INDEX ON sync_error (workspace_id, status, type, id);
CREATE INDEX ON sync_error (last_run_id, id);
CREATE INDEX ON sync_error (contact_id) WHERE contact_id IS NOT NULL;
-- B54: a problem that lasts is one error.
CREATE UNIQUE INDEX sync_error_one_open ON sync_error (workspace_id, object_type, hubspot_id, type, property)
  WHERE status = 'OPEN';
