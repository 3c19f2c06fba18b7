-- A run that finds more records gone than is likely waits for an admin and says so.
ALTER TYPE sync_error_type ADD VALUE 'MANY_DEPARTURES' AFTER 'DOMAIN_TAKEN';
