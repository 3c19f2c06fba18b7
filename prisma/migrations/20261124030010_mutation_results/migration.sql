-- The first result of a mutation that a client may repeat under one key, kept for a day.
CREATE TABLE mutation_result (
  workspace_id uuid NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
  mutation text NOT NULL,
  key text NOT NULL,
  -- The row that the mutation gave; null while the first call is under way.
  result_id uuid,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, mutation, key)
);
CREATE INDEX ON mutation_result (created_at);
