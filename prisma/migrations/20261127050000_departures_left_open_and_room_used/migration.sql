-- What an admin should know of a run although nothing went wrong: a list that HubSpot was still building (B58).
ALTER TABLE sync_run ADD COLUMN notice text;

-- Records past the limit, until the run knows whether departures made room for them (B29).
CREATE TABLE sync_run_left_out (
  workspace_id uuid NOT NULL,
  run_id uuid NOT NULL REFERENCES sync_run (id) ON DELETE CASCADE,
  hubspot_id bigint NOT NULL,
  PRIMARY KEY (run_id, hubspot_id)
);
