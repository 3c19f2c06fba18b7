-- From this time on, nobody can act in the workspace, and nothing is written to it (src/lifecycle/delete-workspace.ts).
ALTER TABLE workspace ADD COLUMN deletion_started_at timestamptz(3);

-- Log-ins in progress did not refer to their workspace, so a deleted workspace could leave some.
DELETE FROM oauth_state WHERE NOT EXISTS (SELECT FROM workspace WHERE workspace.id = oauth_state.workspace_id);
CREATE INDEX ON oauth_state (workspace_id);
ALTER TABLE oauth_state
  ADD CONSTRAINT oauth_state_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE;

-- Users are deleted with their last workspace. Without this index, that would read all runs.
CREATE INDEX ON sync_run (triggered_by_id) WHERE triggered_by_id IS NOT NULL;

-- A workspace is deleted after its rows, which takes many short transactions. The statement that deletes only the workspace
-- would leave the rows of tables without a foreign key, and delete those of the others in a single long transaction. A check
-- here costs writers of these tables nothing. It finds the tables in the catalogue, so that none is forgotten.
CREATE FUNCTION refuse_rows_left_behind() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  tenant_table regclass;
  has_rows boolean;
BEGIN
  FOR tenant_table IN
    SELECT class.oid FROM pg_class class JOIN pg_attribute attribute ON attribute.attrelid = class.oid
    WHERE class.relkind IN ('r', 'p') AND NOT class.relispartition AND attribute.attname = 'workspace_id'
      AND class.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = TG_RELID)
    ORDER BY class.relname
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE workspace_id = $1)', tenant_table) INTO has_rows USING OLD.id;
    IF has_rows THEN
      RAISE foreign_key_violation USING
        MESSAGE = format('the workspace %s still has rows in %s', OLD.id, tenant_table),
        HINT = 'Use the command: npm run admin -- delete-workspace',
        CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
  END LOOP;
  RETURN OLD;
END
$$;

CREATE TRIGGER workspace_leaves_no_rows BEFORE DELETE ON workspace
  FOR EACH ROW EXECUTE FUNCTION refuse_rows_left_behind();
