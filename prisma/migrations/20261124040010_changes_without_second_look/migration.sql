-- Runs of a workspace take turns, so none can write what it read before another one's change.
ALTER TABLE hubspot_change DROP after_run_id, ALTER occurred_at SET NOT NULL;
-- The index over runs of single records that lead by their kind serves.
DROP INDEX IF EXISTS sync_run_of_records_under_way;
