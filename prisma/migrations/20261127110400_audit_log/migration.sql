-- Who did what, kept for a year. An entry is written before its act and confirmed after it, so no act is missing, and an act
-- whose outcome is unknown says so. It names things by id, and never holds values of contacts.
CREATE TABLE audit_entry (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  at timestamptz(3) NOT NULL,
  action text NOT NULL,
  is_done boolean NOT NULL,
  -- Null for the operator.
  user_id uuid REFERENCES app_user (id) ON DELETE SET NULL,
  token_id uuid,
  token_name text,
  subject_type text,
  subject_id uuid,
  subject_label text NOT NULL,
  details jsonb NOT NULL
);
CREATE INDEX ON audit_entry (workspace_id, id);
CREATE INDEX ON audit_entry (workspace_id, subject_id);
CREATE INDEX ON audit_entry (user_id);
CREATE INDEX ON audit_entry (at);
