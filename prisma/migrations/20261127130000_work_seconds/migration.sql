-- Time that workers have spent on a run, without the time for which it waited. Its average rate follows from it.
ALTER TABLE sync_run ADD COLUMN work_seconds double precision NOT NULL DEFAULT 0;
