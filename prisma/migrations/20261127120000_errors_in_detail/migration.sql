-- What a message says, as data, and the name of the record in HubSpot. Both are about a person, so they exist only as
-- long as the problem does (B61).
ALTER TABLE sync_error ADD hubspot_name text, ADD details jsonb;

-- Errors are resolved in many places, and none of them may forget this.
CREATE FUNCTION forget_details() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.hubspot_name := NULL;
  NEW.details := NULL;
  RETURN NEW;
END
$$;
CREATE TRIGGER sync_error_resolved BEFORE INSERT OR UPDATE ON sync_error FOR EACH ROW
  WHEN (NEW.status = 'RESOLVED' AND (NEW.hubspot_name IS NOT NULL OR NEW.details IS NOT NULL))
  EXECUTE FUNCTION forget_details();

-- Errors of people who were erased are resolved: a retry of every ignored record must not bring them back (B61).
UPDATE sync_error SET status = 'RESOLVED' WHERE status = 'IGNORED' AND message = 'Erased for privacy.';

-- The result of a mutation that returns more than one row.
ALTER TABLE mutation_result ADD result jsonb;
