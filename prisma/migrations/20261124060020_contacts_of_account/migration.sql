-- Pages of the contacts of one account, which may be 50,000.
CREATE INDEX contact_account_id_id_idx ON contact (account_id, id) WHERE account_id IS NOT NULL;
DROP INDEX contact_account_id_idx;
