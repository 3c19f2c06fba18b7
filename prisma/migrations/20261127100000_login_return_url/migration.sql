-- Where the browser goes after HubSpot's page: the client that began the log-in finishes it there.
ALTER TABLE oauth_state ADD COLUMN return_url text;
