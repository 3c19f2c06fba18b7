-- Handles and links belong to a contact of their workspace and go with it. Foreign keys are checked row by row, which was a
-- sixth of what PostgreSQL does for a page, and know nothing of workspaces; here a statement's rows are checked together.
-- Unlike foreign keys this locks no contact. It need not: whoever writes handles or links, or deletes contacts, holds the
-- workspace's contact lock (src/contacts/contact-lock.ts).
ALTER TABLE contact_handle DROP CONSTRAINT contact_handle_contact_id_fkey;
ALTER TABLE contact_link DROP CONSTRAINT contact_link_contact_id_fkey;

-- Each contact by its key, however few or many there were when the session planned this.
CREATE FUNCTION require_contacts() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  missing record;
BEGIN
  SELECT workspace_id, contact_id INTO missing FROM written
  WHERE (SELECT contact.workspace_id FROM public.contact WHERE contact.id = written.contact_id)
    IS DISTINCT FROM written.workspace_id LIMIT 1;
  IF FOUND THEN
    RAISE foreign_key_violation USING
      MESSAGE = format('%I names the contact %s, which the workspace %s does not have', TG_TABLE_NAME, missing.contact_id,
        missing.workspace_id),
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER contact_handle_inserted_contact AFTER INSERT ON contact_handle
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION require_contacts();
CREATE TRIGGER contact_handle_updated_contact AFTER UPDATE ON contact_handle
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION require_contacts();
CREATE TRIGGER contact_link_inserted_contact AFTER INSERT ON contact_link
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION require_contacts();
CREATE TRIGGER contact_link_updated_contact AFTER UPDATE ON contact_link
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION require_contacts();

CREATE FUNCTION delete_handles_and_links() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  DELETE FROM public.contact_handle WHERE contact_id = ANY (ARRAY (SELECT id FROM deleted));
  DELETE FROM public.contact_link WHERE contact_id = ANY (ARRAY (SELECT id FROM deleted));
  RETURN NULL;
END
$$;

CREATE TRIGGER contact_deleted AFTER DELETE ON contact
  REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION delete_handles_and_links();

-- What they name stays what it is.
CREATE FUNCTION refuse_another_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE foreign_key_violation USING
    MESSAGE = format('the contact %s keeps its id and its workspace', OLD.id),
    CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
END
$$;

CREATE TRIGGER contact_keeps_key BEFORE UPDATE OF id, workspace_id ON contact FOR EACH ROW
  WHEN ((OLD.id, OLD.workspace_id) IS DISTINCT FROM (NEW.id, NEW.workspace_id)) EXECUTE FUNCTION refuse_another_key();
