-- The identity provider's id of a person: the claim "sub" of its tokens.
ALTER TABLE app_user ADD COLUMN external_subject text;
CREATE UNIQUE INDEX ON app_user (organization_id, external_subject);
-- A log-in knows the subject or the address of a person, and not their organization.
CREATE INDEX ON app_user (external_subject);
CREATE INDEX ON app_user (email);
