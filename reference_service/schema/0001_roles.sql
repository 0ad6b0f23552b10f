-- Roles are the server's, not the database's: several databases of one server share them.
DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN SELECT * FROM (VALUES
    ('stormproof_service', 'LOGIN'),     -- the service: owns nothing, sees one tenant at a time
    ('stormproof_identity', 'NOLOGIN'),  -- owns the two functions that find who a key belongs to
    ('stormproof_relay', 'NOLOGIN')      -- the outbox of all tenants, and nothing else
  ) AS roles (name, attribute) LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I %s NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', wanted.name, wanted.attribute);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;  -- it is there already, or another migration has just made it
    END;
  END LOOP;
END
$$;

-- The service may become the relay (SET ROLE); it does not have the relay's rights by itself.
GRANT stormproof_relay TO stormproof_service WITH INHERIT FALSE, SET TRUE;
GRANT USAGE ON SCHEMA public TO stormproof_service, stormproof_identity, stormproof_relay;
