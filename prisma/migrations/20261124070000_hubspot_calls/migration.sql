ALTER TABLE "hubspot_connection" ADD COLUMN "access_token_renew_at" timestamptz(3);

ALTER TABLE "sync_run"
  ADD COLUMN "hubspot_calls" integer NOT NULL DEFAULT 0,
  ADD COLUMN "hubspot_repeats" integer NOT NULL DEFAULT 0;
