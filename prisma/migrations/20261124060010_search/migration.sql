-- Suggestions and `contains` (B4): trigrams, together with the workspace so that one does not search through all others.
-- Their pending lists (fastupdate) keep bulk writes cheap.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE INDEX contact_name_trgm_idx ON contact USING gin (workspace_id, lower(name) gin_trgm_ops);
CREATE INDEX contact_handle_trgm_idx ON contact_handle USING gin (workspace_id, lower(value) gin_trgm_ops);
-- Orders by name and suggestions of few letters.
CREATE INDEX contact_name_idx ON contact (workspace_id, lower(name) COLLATE "C", id);
CREATE INDEX account_name_idx ON account (workspace_id, lower(name) COLLATE "C", id);
CREATE INDEX account_updated_idx ON account (workspace_id, updated_at, id);
-- What `contact_handle_shared_key` is to shared contacts, without being unique.
CREATE INDEX contact_handle_private_idx ON contact_handle (workspace_id, source, value) WHERE is_private;
-- Addresses are compared byte by byte, whatever the database's language: the beginnings of one are then a range of the index.
ALTER TABLE contact_handle ALTER value TYPE text COLLATE "C";
