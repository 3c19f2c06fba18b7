-- What is written waits in the pending lists of the search indexes until it is merged. A worker does so every second
-- (src/search/merge-search-entries.ts); only where none runs does a writer have to, once 16 MB wait.
ALTER INDEX contact_name_trgm_idx SET (gin_pending_list_limit = 16384);
ALTER INDEX contact_handle_trgm_idx SET (gin_pending_list_limit = 16384);
