-- When somebody joined a workspace. Until now this was not stored; nobody can have joined before both existed.
ALTER TABLE membership ADD COLUMN created_at timestamptz(3);
UPDATE membership SET created_at = greatest(app_user.created_at, workspace.created_at)
  FROM app_user, workspace WHERE app_user.id = membership.user_id AND workspace.id = membership.workspace_id;
ALTER TABLE membership ALTER COLUMN created_at SET DEFAULT now(), ALTER COLUMN created_at SET NOT NULL;

-- A machine user is a program: it has a name and tokens, but no address, no log-in, and no rights beyond its workspace.
ALTER TABLE app_user
  ADD COLUMN is_machine boolean NOT NULL DEFAULT false,
  ALTER COLUMN email DROP NOT NULL,
  ADD CONSTRAINT app_user_machine_check CHECK (
    CASE WHEN is_machine THEN email IS NULL AND name <> '' AND NOT is_company_admin ELSE email IS NOT NULL END);
