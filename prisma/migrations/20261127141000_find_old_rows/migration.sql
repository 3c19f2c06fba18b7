-- For the rules of retention (src/lifecycle/retention-rules.ts): each finds its oldest rows without reading the others. The
-- indexes contain only rows that can become too old, or tables that are written rarely.
CREATE INDEX ON sync_run (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX ON sync_error (resolved_at) WHERE status = 'RESOLVED';
CREATE INDEX ON run_mail (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX ON api_token (least(revoked_at, expires_at)) WHERE least(revoked_at, expires_at) IS NOT NULL;
CREATE INDEX ON contact_deletion (deleted_at);
CREATE INDEX ON oauth_state (expires_at);
