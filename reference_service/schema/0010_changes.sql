-- Accepted changes come in sets: one request, one job, one transaction, one round trip.
ALTER TABLE outbox ADD COLUMN job_id text;
CREATE INDEX idx_outbox_job ON outbox (tenant_id, job_id) WHERE job_id IS NOT NULL;

-- A change that is applied twice (an answer that was lost, a replay that was cut) leaves one event and one row.
-- `created_at` is when the service accepted it, in both.
CREATE UNIQUE INDEX idx_audit_change ON audit_log (created_at, tenant_id, document_id, version);
DROP INDEX idx_outbox_document;
CREATE UNIQUE INDEX idx_outbox_document ON outbox (tenant_id, document_id, version DESC);

-- What a write with an Idempotency-Key was answered. Kept for a day.
CREATE TABLE idempotency_keys (
  tenant_id text NOT NULL REFERENCES tenants ON DELETE CASCADE,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  fingerprint bytea NOT NULL,
  job_id text NOT NULL,
  document_ids text[] NOT NULL,
  versions bigint[] NOT NULL,
  outcomes text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, key)
);
CREATE INDEX idx_idempotency_age ON idempotency_keys (created_at);
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON idempotency_keys TO stormproof_service
  USING (tenant_id = current_setting('stormproof.tenant_id', true));
GRANT SELECT, INSERT, UPDATE ON idempotency_keys TO stormproof_service;

-- Metadata, audit events and outbox rows of one request. Documents are distinct and sorted: two requests that
-- change the same ones wait for each other and never deadlock. Outcomes, in the order given: accepted, absent
-- (nothing to delete).
--
-- `replayed` is for changes that were acknowledged while this database was away: they keep their versions, so those
-- that were overtaken are audited and go nowhere; a delete leaves its tombstone whether or not there was a document.
-- Otherwise a version that is not the newest raises SP001 with the newest one as its detail, and changes nothing.
--
-- A key that was used before answers what was answered then: `key_state` replayed, or mismatch when it was used for
-- something else.
CREATE FUNCTION accept_changes(
  of_tenant text, of_job text, by_actor text, in_request text, at_instant timestamptz,
  ids text[], given_versions bigint[], kinds text[], documents text[],
  used_key text, used_fingerprint bytea, replayed boolean
) RETURNS TABLE (key_state text, job_id text, document_ids text[], versions bigint[], outcomes text[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  known idempotency_keys%ROWTYPE;
  written text[];
  made text[];
  newest bigint;
BEGIN
  PERFORM set_config('stormproof.tenant_id', of_tenant, true);

  IF used_key IS NOT NULL THEN
    INSERT INTO idempotency_keys AS k (tenant_id, key, fingerprint, job_id, document_ids, versions)
      VALUES (of_tenant, used_key, used_fingerprint, of_job, ids, given_versions)
      ON CONFLICT (tenant_id, key) DO UPDATE
        SET fingerprint = EXCLUDED.fingerprint, job_id = EXCLUDED.job_id, document_ids = EXCLUDED.document_ids,
            versions = EXCLUDED.versions, outcomes = '{}', created_at = now()
        WHERE k.created_at < now() - interval '24 hours';
    IF NOT FOUND AND NOT replayed THEN
      SELECT * INTO STRICT known FROM idempotency_keys k WHERE k.tenant_id = of_tenant AND k.key = used_key;
      RETURN QUERY SELECT CASE WHEN known.fingerprint = used_fingerprint THEN 'replayed' ELSE 'mismatch' END,
        known.job_id, known.document_ids, known.versions, known.outcomes;
      RETURN;
    END IF;
  END IF;

  PERFORM 1 FROM document_metadata m
    WHERE m.tenant_id = of_tenant AND m.document_id = ANY (ids) ORDER BY m.document_id FOR UPDATE;

  WITH given AS (
    SELECT * FROM unnest(ids, given_versions, kinds) AS g (document_id, version, kind)
  ), indexed AS (
    INSERT INTO document_metadata AS m (tenant_id, document_id, version, deleted_at)
      SELECT of_tenant, g.document_id, g.version, CASE g.kind WHEN 'delete' THEN at_instant END
      FROM given g WHERE g.kind = 'index' OR replayed ORDER BY g.document_id
      ON CONFLICT (tenant_id, document_id) DO UPDATE
        SET version = EXCLUDED.version, updated_at = now(), deleted_at = EXCLUDED.deleted_at
        WHERE m.version < EXCLUDED.version
      RETURNING m.document_id
  ), deleted AS (
    UPDATE document_metadata m SET version = g.version, updated_at = now(), deleted_at = at_instant
      FROM given g
      WHERE NOT replayed AND g.kind = 'delete' AND m.tenant_id = of_tenant AND m.document_id = g.document_id
        AND m.deleted_at IS NULL AND m.version < g.version
      RETURNING m.document_id
  )
  SELECT array_agg(w.document_id) INTO written FROM (SELECT * FROM indexed UNION ALL SELECT * FROM deleted) w;
  -- The very same version is the very same change: it was made before, and its answer was lost.
  SELECT coalesce(written, '{}') || coalesce(array_agg(m.document_id), '{}') INTO written
    FROM unnest(ids, given_versions) AS g (document_id, version)
    JOIN document_metadata m ON m.tenant_id = of_tenant AND m.document_id = g.document_id AND m.version = g.version
    WHERE g.document_id <> ALL (coalesce(written, '{}'));

  IF NOT replayed THEN
    SELECT max(m.version) INTO newest
      FROM unnest(ids, given_versions, kinds) AS g (document_id, version, kind)
      JOIN document_metadata m ON m.tenant_id = of_tenant AND m.document_id = g.document_id
      WHERE g.document_id <> ALL (written) AND (g.kind = 'index' OR m.deleted_at IS NULL);
    IF newest IS NOT NULL THEN
      RAISE EXCEPTION 'a version is not the newest' USING ERRCODE = 'SP001', DETAIL = newest::text;
    END IF;
  END IF;

  -- A replay logs and relays everything that was acknowledged; the relay passes over what was overtaken.
  made := CASE WHEN replayed THEN ids ELSE written END;
  INSERT INTO audit_log (tenant_id, created_at, actor, action, document_id, version, request_id)
    SELECT of_tenant, at_instant, by_actor, g.kind, g.document_id, g.version, in_request
    FROM unnest(ids, given_versions, kinds) AS g (document_id, version, kind) WHERE g.document_id = ANY (made)
    ON CONFLICT (created_at, tenant_id, document_id, version) DO NOTHING;
  INSERT INTO outbox (tenant_id, document_id, version, operation, document, job_id)
    SELECT of_tenant, g.document_id, g.version, g.kind, g.document, of_job
    FROM unnest(ids, given_versions, kinds, documents) AS g (document_id, version, kind, document)
    WHERE g.document_id = ANY (made)
    ON CONFLICT (tenant_id, document_id, version) DO NOTHING;

  SELECT array_agg(CASE WHEN g.document_id = ANY (made) THEN 'accepted' ELSE 'absent' END ORDER BY g.place)
    INTO outcomes FROM unnest(ids) WITH ORDINALITY AS g (document_id, place);
  IF used_key IS NOT NULL THEN
    UPDATE idempotency_keys k SET outcomes = accept_changes.outcomes
      WHERE k.tenant_id = of_tenant AND k.key = used_key AND k.job_id = of_job;
  END IF;
  RETURN QUERY SELECT 'new', of_job, ids, given_versions, accept_changes.outcomes;
END
$$;
REVOKE ALL ON FUNCTION accept_changes(
  text, text, text, text, timestamptz, text[], bigint[], text[], text[], text, bytea, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accept_changes(
  text, text, text, text, timestamptz, text[], bigint[], text[], text[], text, bytea, boolean)
  TO stormproof_service;
