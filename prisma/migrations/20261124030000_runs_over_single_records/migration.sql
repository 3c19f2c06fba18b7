-- Whether a run over single records waits for its turn is asked with every page of a run over everything.
CREATE INDEX sync_run_records_under_way ON sync_run (workspace_id, object_type)
  WHERE scope = 'RECORDS' AND status IN ('QUEUED', 'RUNNING');
