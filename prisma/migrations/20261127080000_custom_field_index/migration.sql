-- Filters by the exact value of a custom field (B5), together with the workspace like the other search indexes. The operator
-- class serves containment alone, which is all that such filters use, and is smaller than the default one.
CREATE INDEX contact_custom_fields_idx ON contact USING gin (workspace_id, custom_fields jsonb_path_ops)
  WITH (gin_pending_list_limit = 16384);
CREATE INDEX account_custom_fields_idx ON account USING gin (workspace_id, custom_fields jsonb_path_ops)
  WITH (gin_pending_list_limit = 16384);
