CREATE TABLE tenants (
  tenant_id text PRIMARY KEY CHECK (tenant_id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  tier text NOT NULL CHECK (tier IN ('free', 'standard', 'enterprise')),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
  api_key_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key_hash bytea NOT NULL CHECK (length(key_hash) = 32),  -- HMAC-SHA-256 with the service's pepper
  tenant_id text NOT NULL REFERENCES tenants ON DELETE CASCADE,
  permissions text[] NOT NULL CHECK (permissions <@ ARRAY['read', 'write', 'admin']),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz
);
CREATE UNIQUE INDEX idx_api_keys_hash ON api_keys (key_hash);

ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;

-- Without the setting, current_setting gives NULL, and nothing is seen.
CREATE POLICY tenant_isolation ON tenants TO stormproof_service
  USING (tenant_id = current_setting('stormproof.tenant_id', true));
CREATE POLICY tenant_isolation ON api_keys TO stormproof_service
  USING (tenant_id = current_setting('stormproof.tenant_id', true));
CREATE POLICY identity_lookup ON tenants FOR SELECT TO stormproof_identity USING (true);
CREATE POLICY identity_lookup ON api_keys FOR SELECT TO stormproof_identity USING (true);

GRANT SELECT ON tenants, api_keys TO stormproof_service, stormproof_identity;

-- Before a key is known, no tenant is: these two see all keys, and give away valid ones only.
CREATE FUNCTION identity_for_key(wanted bytea)
RETURNS TABLE (key_hash bytea, tenant_id text, tier text, permissions text[], expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT k.key_hash, k.tenant_id, t.tier, k.permissions, k.expires_at
  FROM api_keys k JOIN tenants t USING (tenant_id)
  WHERE k.key_hash = wanted AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
$$;
CREATE FUNCTION active_identities(bound integer)
RETURNS TABLE (key_hash bytea, tenant_id text, tier text, permissions text[], expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT k.key_hash, k.tenant_id, t.tier, k.permissions, k.expires_at
  FROM api_keys k JOIN tenants t USING (tenant_id)
  WHERE k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
  ORDER BY k.api_key_id DESC LIMIT bound
$$;
REVOKE ALL ON FUNCTION identity_for_key(bytea), active_identities(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity_for_key(bytea), active_identities(integer) TO stormproof_service;
GRANT CREATE ON SCHEMA public TO stormproof_identity;  -- a function's owner must have it while it becomes that
ALTER FUNCTION identity_for_key(bytea) OWNER TO stormproof_identity;
ALTER FUNCTION active_identities(integer) OWNER TO stormproof_identity;
REVOKE CREATE ON SCHEMA public FROM stormproof_identity;
