-- Number of the latest lease under which the journal was read; whoever held an earlier one moves the offset no more.
ALTER TABLE hubspot_journal ADD COLUMN lease_number bigint NOT NULL DEFAULT 0;
