-- Which of its user's rights a token has. Tokens that exist keep all of them.
CREATE TYPE token_scope AS ENUM ('READ', 'WRITE', 'ADMIN');
ALTER TABLE api_token ADD COLUMN scopes token_scope[] NOT NULL DEFAULT '{READ,WRITE,ADMIN}'
  CHECK (cardinality(scopes) > 0);
ALTER TABLE api_token ALTER COLUMN scopes DROP DEFAULT;
