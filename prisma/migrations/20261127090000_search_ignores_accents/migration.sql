-- Names are searched and sorted without their accents: "nandu" finds "Ñandú" (B4, B5).
CREATE EXTENSION IF NOT EXISTS unaccent;
-- unaccent() depends on a dictionary, so PostgreSQL does not call it immutable. The dictionary is that of the extension,
-- which changes only with a new major version of PostgreSQL.
CREATE FUNCTION search_text(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN lower(unaccent('unaccent'::regdictionary, $1));
-- The text as LIKE takes it literally. Escaped last, since without accents some letters are characters that LIKE knows.
CREATE FUNCTION search_pattern(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN regexp_replace(search_text($1), '([\\%_])', '\\\1', 'g');
DROP INDEX contact_name_trgm_idx;
CREATE INDEX contact_name_trgm_idx ON contact USING gin (workspace_id, search_text(name) gin_trgm_ops)
  WITH (gin_pending_list_limit = 16384);
DROP INDEX contact_name_idx;
CREATE INDEX contact_name_idx ON contact (workspace_id, search_text(name) COLLATE "C", id);
DROP INDEX account_name_idx;
CREATE INDEX account_name_idx ON account (workspace_id, search_text(name) COLLATE "C", id);
