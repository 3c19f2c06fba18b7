-- What is to be mailed about a run. Written with what it tells of, so that no crash loses a mail, and claimed by whoever
-- sends it, so that it is sent once (B55).
CREATE TYPE run_mail_kind AS ENUM ('ENDED', 'HELD');
CREATE TYPE run_mail_status AS ENUM ('PENDING', 'SENT', 'DROPPED');

CREATE TABLE run_mail (
  run_id uuid NOT NULL REFERENCES sync_run (id) ON DELETE CASCADE,
  kind run_mail_kind NOT NULL,
  workspace_id uuid NOT NULL,
  status run_mail_status NOT NULL DEFAULT 'PENDING',
  digest jsonb NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz(3) NOT NULL,
  created_at timestamptz(3) NOT NULL,
  settled_at timestamptz(3),
  note text,
  PRIMARY KEY (run_id, kind)
);
CREATE INDEX run_mail_pending ON run_mail (next_attempt_at) WHERE status = 'PENDING';
