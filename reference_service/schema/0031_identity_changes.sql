-- Expands: what ended or changed lately is told to workers as rows, so that no change is missed that was committed
-- while they looked, and none of them reads all keys again because one changed.
ALTER TABLE tenants ADD COLUMN tier_changed_at timestamptz;
CREATE INDEX idx_tenants_tier_changed ON tenants (tier_changed_at) WHERE tier_changed_at IS NOT NULL;
CREATE INDEX idx_api_keys_revoked ON api_keys (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE FUNCTION note_tier_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  NEW.tier_changed_at := now();
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION note_tier_change() FROM PUBLIC;
CREATE TRIGGER tier_changed BEFORE UPDATE ON tenants
  FOR EACH ROW WHEN (OLD.tier IS DISTINCT FROM NEW.tier) EXECUTE FUNCTION note_tier_change();

CREATE FUNCTION identity_changes(lately interval)
RETURNS TABLE (sessions text[], keys bytea[], tenants text[], tiers text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT
    coalesce((SELECT array_agg(f.family_id) FROM token_families f WHERE f.revoked_at > now() - lately), '{}'),
    coalesce((SELECT array_agg(k.key_hash) FROM api_keys k WHERE k.revoked_at > now() - lately), '{}'),
    coalesce(array_agg(t.tenant_id ORDER BY t.tenant_id), '{}'),
    coalesce(array_agg(t.tier ORDER BY t.tenant_id), '{}')
  FROM tenants t WHERE t.tier_changed_at > now() - lately
$$;
REVOKE ALL ON FUNCTION identity_changes(interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity_changes(interval) TO stormproof_service;
GRANT CREATE ON SCHEMA public TO stormproof_identity;
ALTER FUNCTION identity_changes(interval) OWNER TO stormproof_identity;
REVOKE CREATE ON SCHEMA public FROM stormproof_identity;

-- A session for a key that is good now, whatever a worker remembers of it. NULL: it is not.
CREATE FUNCTION begin_session(of_tenant text, of_key bytea, new_family text, token bytea, life interval, request text)
RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
  ends timestamptz;
BEGIN
  PERFORM set_config('stormproof.tenant_id', of_tenant, true);
  INSERT INTO token_families (family_id, tenant_id, key_hash, expires_at)
  SELECT new_family, of_tenant, of_key, least(now() + life, k.expires_at) FROM api_keys k
  WHERE k.tenant_id = of_tenant AND k.key_hash = of_key AND k.revoked_at IS NULL
    AND (k.expires_at IS NULL OR k.expires_at > now())
  RETURNING expires_at INTO ends;
  IF ends IS NOT NULL THEN
    INSERT INTO refresh_tokens (token_hash, family_id, tenant_id) VALUES (token, new_family, of_tenant);
    PERFORM audit_session(of_tenant, of_key, 'session.begin', new_family, request);
  END IF;
  RETURN ends;
END
$$;

-- Exchanges a refresh token for the next one. Outcomes: rotated, with whose session it is and when it ends; reused: it
-- was exchanged before, so one of two holders is a thief, and the session ends for both; unknown: no such token, or
-- its session or key has ended. The row's lock lets one of two simultaneous exchanges win; the other is a reuse.
-- `given` has the token's hash for each pepper that is believed.
CREATE FUNCTION exchange_refresh_token(of_tenant text, given bytea[], next bytea, request text)
RETURNS TABLE (outcome text, family_id text, key_hash bytea, tier text, permissions text[], ends_at timestamptz)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  token refresh_tokens%ROWTYPE;
  ended_key bytea;
BEGIN
  PERFORM set_config('stormproof.tenant_id', of_tenant, true);
  SELECT * INTO token FROM refresh_tokens t WHERE t.tenant_id = of_tenant AND t.token_hash = ANY (given) FOR UPDATE;
  IF token.used_at IS NOT NULL THEN
    UPDATE token_families f SET revoked_at = now() WHERE f.family_id = token.family_id AND f.revoked_at IS NULL
    RETURNING f.key_hash INTO ended_key;
    IF ended_key IS NOT NULL THEN
      PERFORM audit_session(of_tenant, ended_key, 'session.reuse', token.family_id, request);
    END IF;
    RETURN QUERY SELECT 'reused', token.family_id, NULL::bytea, NULL::text, NULL::text[], NULL::timestamptz;
    RETURN;
  END IF;
  UPDATE refresh_tokens t SET used_at = now() WHERE t.token_hash = token.token_hash;
  RETURN QUERY
    WITH good AS (
      SELECT f.family_id, f.key_hash, n.tier, k.permissions, f.expires_at FROM token_families f
      JOIN api_keys k ON k.key_hash = f.key_hash AND k.tenant_id = of_tenant
      JOIN tenants n ON n.tenant_id = of_tenant
      WHERE f.family_id = token.family_id AND f.revoked_at IS NULL AND f.expires_at > now()
        AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
    ), made AS (
      INSERT INTO refresh_tokens (token_hash, family_id, tenant_id) SELECT next, g.family_id, of_tenant FROM good g
    )
    SELECT 'rotated', g.family_id, g.key_hash, g.tier, g.permissions, g.expires_at FROM good g;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'unknown', NULL::text, NULL::bytea, NULL::text, NULL::text[], NULL::timestamptz;
  END IF;
END
$$;

-- Ends the session of a refresh token, used or not.
CREATE FUNCTION end_session(of_tenant text, given bytea[], request text)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  ended token_families%ROWTYPE;
BEGIN
  PERFORM set_config('stormproof.tenant_id', of_tenant, true);
  UPDATE token_families f SET revoked_at = now() FROM refresh_tokens t
  WHERE t.tenant_id = of_tenant AND t.token_hash = ANY (given) AND f.family_id = t.family_id AND f.revoked_at IS NULL
  RETURNING f.* INTO ended;
  IF ended.family_id IS NULL THEN
    RETURN false;
  END IF;
  PERFORM audit_session(of_tenant, ended.key_hash, 'session.end', ended.family_id, request);
  RETURN true;
END
$$;

-- The actor is the key that the session began with; the session stands where other entries name a document.
CREATE FUNCTION audit_session(of_tenant text, key bytea, happened text, family text, request text)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO audit_log (tenant_id, actor, action, document_id, request_id)
  VALUES (of_tenant, left(encode(key, 'hex'), 16), happened, family, request)
$$;

REVOKE ALL ON FUNCTION begin_session(text, bytea, text, bytea, interval, text),
  exchange_refresh_token(text, bytea[], bytea, text), end_session(text, bytea[], text),
  audit_session(text, bytea, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION begin_session(text, bytea, text, bytea, interval, text),
  exchange_refresh_token(text, bytea[], bytea, text), end_session(text, bytea[], text),
  audit_session(text, bytea, text, text, text) TO stormproof_service;
