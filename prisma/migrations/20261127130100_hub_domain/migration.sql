-- The portal's own domain, by which people recognise it. Null for connections that were made before.
ALTER TABLE hubspot_connection ADD COLUMN hub_domain text;
