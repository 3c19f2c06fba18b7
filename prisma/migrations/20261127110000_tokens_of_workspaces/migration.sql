-- A token belongs to one workspace from its creation, so a second workspace of its user changes nothing for it. The tokens of a
-- user with several workspaces get the first of them: one with a membership before one that only a company admin may enter, and
-- among those the oldest, since the time of joining was not stored (ids ascend in the order of creation). Tokens of users
-- without a workspace could not be used and are deleted.
ALTER TABLE api_token ADD COLUMN workspace_id uuid REFERENCES workspace (id) ON DELETE CASCADE;
UPDATE api_token SET workspace_id = (
  SELECT workspace.id FROM app_user
  JOIN workspace ON workspace.organization_id = app_user.organization_id
  LEFT JOIN membership ON membership.workspace_id = workspace.id AND membership.user_id = app_user.id
  WHERE app_user.id = api_token.user_id AND (app_user.is_company_admin OR membership.user_id IS NOT NULL)
  ORDER BY membership.user_id IS NULL, workspace.id LIMIT 1
);
DELETE FROM api_token WHERE workspace_id IS NULL;
ALTER TABLE api_token ALTER COLUMN workspace_id SET NOT NULL;
CREATE INDEX ON api_token (workspace_id, id);
