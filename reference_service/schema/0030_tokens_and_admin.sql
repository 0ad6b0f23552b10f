-- Sessions: each begins with an API key; its refresh tokens follow one another, and only the newest is good.
CREATE TABLE token_families (
  family_id text PRIMARY KEY,
  tenant_id text NOT NULL REFERENCES tenants ON DELETE CASCADE,
  key_hash bytea NOT NULL REFERENCES api_keys (key_hash) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX idx_token_families_age ON token_families (expires_at);
CREATE INDEX idx_token_families_revoked ON token_families (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE TABLE refresh_tokens (
  token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
  family_id text NOT NULL REFERENCES token_families ON DELETE CASCADE,
  tenant_id text NOT NULL,
  used_at timestamptz
);
CREATE INDEX idx_refresh_tokens_family ON refresh_tokens (family_id);

ALTER TABLE token_families ENABLE ROW LEVEL SECURITY;
ALTER TABLE token_families FORCE ROW LEVEL SECURITY;
ALTER TABLE refresh_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE refresh_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON token_families TO stormproof_service
  USING (tenant_id = current_setting('stormproof.tenant_id', true));
CREATE POLICY tenant_isolation ON refresh_tokens TO stormproof_service
  USING (tenant_id = current_setting('stormproof.tenant_id', true));
CREATE POLICY identity_lookup ON token_families FOR SELECT TO stormproof_identity USING (true);
GRANT SELECT, INSERT, UPDATE ON token_families, refresh_tokens TO stormproof_service;
GRANT SELECT ON token_families TO stormproof_identity;

-- What a tenant's admin may change, under the same policies.
GRANT INSERT (key_hash, tenant_id, permissions, expires_at), UPDATE (revoked_at) ON api_keys TO stormproof_service;
GRANT UPDATE (tier) ON tenants TO stormproof_service;
GRANT UPDATE (dead_at, error) ON outbox TO stormproof_service;

-- Grows with every change of keys and tenants, so that workers can tell in one look that theirs are old.
CREATE SEQUENCE identity_epoch;
CREATE FUNCTION bump_identity_epoch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM nextval('public.identity_epoch');
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION bump_identity_epoch() FROM PUBLIC;
CREATE TRIGGER identity_changed AFTER INSERT OR UPDATE OR DELETE ON api_keys
  FOR EACH STATEMENT EXECUTE FUNCTION bump_identity_epoch();
CREATE TRIGGER identity_changed AFTER UPDATE OR DELETE ON tenants
  FOR EACH STATEMENT EXECUTE FUNCTION bump_identity_epoch();

-- The epoch, and the sessions that were revoked and whose access tokens may still be about.
CREATE FUNCTION identity_news(token_life interval)
RETURNS TABLE (epoch bigint, revoked text[])
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.last_value, coalesce((SELECT array_agg(f.family_id) FROM token_families f
    WHERE f.revoked_at > now() - token_life), '{}') FROM public.identity_epoch s
$$;
REVOKE ALL ON FUNCTION identity_news(interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity_news(interval) TO stormproof_service;
GRANT SELECT ON SEQUENCE identity_epoch TO stormproof_identity;
GRANT CREATE ON SCHEMA public TO stormproof_identity;
ALTER FUNCTION identity_news(interval) OWNER TO stormproof_identity;
REVOKE CREATE ON SCHEMA public FROM stormproof_identity;

-- Exchanges a refresh token for the next one. Outcomes: rotated, with whose session it is; reused: it was exchanged
-- before, so one of two holders is a thief, and the session ends for both; unknown: no such token, or its session or
-- key has ended. The row's lock lets one of two simultaneous exchanges win; the other is a reuse.
CREATE FUNCTION rotate_refresh_token(of_tenant text, given bytea, next bytea)
RETURNS TABLE (outcome text, family_id text, key_hash bytea, tier text, permissions text[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  token refresh_tokens%ROWTYPE;
BEGIN
  PERFORM set_config('stormproof.tenant_id', of_tenant, true);
  SELECT * INTO token FROM refresh_tokens t WHERE t.tenant_id = of_tenant AND t.token_hash = given FOR UPDATE;
  IF token.token_hash IS NULL THEN
    RETURN QUERY SELECT 'unknown', NULL::text, NULL::bytea, NULL::text, NULL::text[];
    RETURN;
  END IF;
  IF token.used_at IS NOT NULL THEN
    UPDATE token_families f SET revoked_at = coalesce(f.revoked_at, now()) WHERE f.family_id = token.family_id;
    RETURN QUERY SELECT 'reused', token.family_id, NULL::bytea, NULL::text, NULL::text[];
    RETURN;
  END IF;
  UPDATE refresh_tokens t SET used_at = now() WHERE t.token_hash = given;
  RETURN QUERY
    WITH good AS (
      SELECT f.family_id, f.key_hash, n.tier, k.permissions FROM token_families f
      JOIN api_keys k ON k.key_hash = f.key_hash AND k.tenant_id = of_tenant
      JOIN tenants n ON n.tenant_id = of_tenant
      WHERE f.family_id = token.family_id AND f.revoked_at IS NULL AND f.expires_at > now()
        AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
    ), made AS (
      INSERT INTO refresh_tokens (token_hash, family_id, tenant_id) SELECT next, g.family_id, of_tenant FROM good g
    )
    SELECT 'rotated', g.family_id, g.key_hash, g.tier, g.permissions FROM good g;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'unknown', NULL::text, NULL::bytea, NULL::text, NULL::text[];
  END IF;
END
$$;
REVOKE ALL ON FUNCTION rotate_refresh_token(text, bytea, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rotate_refresh_token(text, bytea, bytea) TO stormproof_service;
