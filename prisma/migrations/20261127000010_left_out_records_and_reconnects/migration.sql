-- A record that was left out because workers ended at it, or a run that took no step forward.
ALTER TYPE sync_error_type ADD VALUE 'NOT_PROCESSABLE' BEFORE 'UNEXPECTED';
-- A run that was started again after a log-in.
ALTER TYPE run_trigger ADD VALUE 'RECONNECTED';
