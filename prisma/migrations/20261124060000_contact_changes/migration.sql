-- Changes of contacts in the order of their commits (B6). Whoever writes contacts holds their workspace's lock, and
-- `lockContacts` notes the time at which it was taken; everything that the transaction changes carries that time.
CREATE FUNCTION change_time() RETURNS timestamptz STABLE LANGUAGE sql AS $$
  SELECT coalesce(nullif(current_setting('contacts.change_time', true), '')::timestamptz, clock_timestamp())
$$;

-- Microseconds tell two holders of one millisecond apart.
ALTER TABLE contact
  ALTER created_at TYPE timestamptz(6), ALTER created_at SET DEFAULT change_time(),
  ALTER updated_at TYPE timestamptz(6), ALTER updated_at SET DEFAULT change_time();
CREATE INDEX contact_updated_idx ON contact (workspace_id, updated_at, id);

-- When a link came into its present state.
ALTER TABLE contact_link ADD state_changed_at timestamptz(6) NOT NULL DEFAULT change_time();
ALTER TABLE account_link ADD state_changed_at timestamptz(6) NOT NULL DEFAULT change_time();

-- What is left of a deleted contact, for subscribers that were away; kept for a week.
CREATE TABLE contact_deletion (
  workspace_id uuid NOT NULL,
  contact_id uuid NOT NULL,
  external_id text,
  account_id uuid,
  private_owner_id uuid,
  deleted_at timestamptz(6) NOT NULL DEFAULT change_time(),
  PRIMARY KEY (workspace_id, deleted_at, contact_id)
);
CREATE INDEX ON contact_deletion (contact_id);

-- Errors in the order in which they were raised.
CREATE INDEX ON sync_error (workspace_id, id);
