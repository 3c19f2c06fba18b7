-- The last run over everything is asked for at every tick; those over single records may be many more (B17).
CREATE INDEX sync_run_over_everything ON sync_run (workspace_id, created_at) WHERE scope = 'ALL';
