-- Documents that a request wanted deleted and that were not there: the outbox has no row for them, and their job is
-- to be told in full.
CREATE TABLE absent_documents (
  tenant_id text NOT NULL REFERENCES tenants ON DELETE CASCADE,
  job_id text NOT NULL,
  document_ids text[] NOT NULL,
  accepted_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, job_id)
);
CREATE INDEX idx_absent_age ON absent_documents (accepted_at);
ALTER TABLE absent_documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE absent_documents FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON absent_documents TO stormproof_service
  USING (tenant_id = current_setting('stormproof.tenant_id', true));
GRANT SELECT, INSERT ON absent_documents TO stormproof_service;

-- What is remembered of requests goes with the outbox's rows: whoever prunes those prunes these.
CREATE POLICY relay_sees_all ON absent_documents TO stormproof_relay USING (true);
CREATE POLICY relay_sees_all ON idempotency_keys TO stormproof_relay USING (true);
GRANT SELECT, DELETE ON absent_documents, idempotency_keys TO stormproof_relay;

-- Metadata, audit events and outbox rows of one request. Documents are distinct; one statement locks them in the
-- order of their ids, those that are made by it too, so that requests for the same ones never deadlock. Outcomes, in
-- the order given: accepted, absent (nothing to delete).
--
-- `replayed` is for changes that were acknowledged while this database was away: they keep their versions, so those
-- that were overtaken are audited and go nowhere; a delete leaves its tombstone whether or not there was a document.
-- Otherwise a version that is not the newest raises SP001 with the newest one as its detail, and changes nothing.
-- The very same version is the very same change: it was made before, and its answer was lost.
--
-- A key that was used before answers what was answered then: `key_state` replayed, or mismatch when it was used for
-- something else; `still_newest` tells which of its changes have not been overtaken since.
DROP FUNCTION accept_changes(
  text, text, text, text, timestamptz, text[], bigint[], text[], text[], text, bytea, boolean);
CREATE FUNCTION accept_changes(
  of_tenant text, of_job text, by_actor text, in_request text, at_instant timestamptz,
  ids text[], given_versions bigint[], kinds text[], documents text[],
  used_key text, used_fingerprint bytea, replayed boolean
) RETURNS TABLE (
  key_state text, job_id text, document_ids text[], versions bigint[], outcomes text[], still_newest boolean[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  known idempotency_keys%ROWTYPE;
  results text[];
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
        known.job_id, known.document_ids, known.versions, known.outcomes,
        (SELECT array_agg(coalesce(m.version = g.version, false) ORDER BY g.place)
          FROM unnest(known.document_ids, known.versions) WITH ORDINALITY AS g (document_id, version, place)
          LEFT JOIN document_metadata m ON m.tenant_id = of_tenant AND m.document_id = g.document_id);
      RETURN;
    END IF;
  END IF;

  INSERT INTO document_metadata AS m (tenant_id, document_id, version, deleted_at)
    SELECT of_tenant, g.document_id, g.version, CASE g.kind WHEN 'delete' THEN at_instant END
    FROM unnest(ids, given_versions, kinds) AS g (document_id, version, kind)
    WHERE g.kind = 'index' OR replayed OR EXISTS (
      SELECT FROM document_metadata d WHERE d.tenant_id = of_tenant AND d.document_id = g.document_id)
    ORDER BY g.document_id COLLATE "C"
    ON CONFLICT (tenant_id, document_id) DO UPDATE
      SET version = EXCLUDED.version, updated_at = now(), deleted_at = EXCLUDED.deleted_at
      WHERE m.version < EXCLUDED.version AND (replayed OR EXCLUDED.deleted_at IS NULL OR m.deleted_at IS NULL);

  SELECT
      array_agg(CASE WHEN replayed OR m.version = g.version THEN 'accepted' ELSE 'absent' END ORDER BY g.place),
      max(m.version) FILTER (WHERE m.version <> g.version AND (g.kind = 'index' OR m.deleted_at IS NULL))
    INTO results, newest
    FROM unnest(ids, given_versions, kinds) WITH ORDINALITY AS g (document_id, version, kind, place)
    LEFT JOIN document_metadata m ON m.tenant_id = of_tenant AND m.document_id = g.document_id;
  IF newest IS NOT NULL AND NOT replayed THEN
    RAISE EXCEPTION 'a version is not the newest' USING ERRCODE = 'SP001', DETAIL = newest::text;
  END IF;

  -- A replay logs and relays everything that was acknowledged; the relay passes over what was overtaken.
  INSERT INTO audit_log (tenant_id, created_at, actor, action, document_id, version, request_id)
    SELECT of_tenant, at_instant, by_actor, g.kind, g.document_id, g.version, in_request
    FROM unnest(ids, given_versions, kinds, results) AS g (document_id, version, kind, result)
    WHERE g.result = 'accepted'
    ON CONFLICT (created_at, tenant_id, document_id, version) DO NOTHING;
  INSERT INTO outbox (tenant_id, document_id, version, operation, document, job_id, accepted_at)
    SELECT of_tenant, g.document_id, g.version, g.kind, g.document, of_job, at_instant
    FROM unnest(ids, given_versions, kinds, documents, results) AS g (document_id, version, kind, document, result)
    WHERE g.result = 'accepted'
    ON CONFLICT (tenant_id, document_id, version) DO NOTHING;
  IF 'absent' = ANY (results) THEN
    INSERT INTO absent_documents (tenant_id, job_id, document_ids, accepted_at)
      SELECT of_tenant, of_job, array_agg(g.document_id), at_instant
      FROM unnest(ids, results) AS g (document_id, result) WHERE g.result = 'absent'
      ON CONFLICT (tenant_id, job_id) DO NOTHING;
  END IF;

  IF used_key IS NOT NULL THEN
    UPDATE idempotency_keys k SET outcomes = results
      WHERE k.tenant_id = of_tenant AND k.key = used_key AND k.job_id = of_job;
  END IF;
  RETURN QUERY SELECT 'new', of_job, ids, given_versions, results, array_fill(true, ARRAY[cardinality(ids)]);
END
$$;
REVOKE ALL ON FUNCTION accept_changes(
  text, text, text, text, timestamptz, text[], bigint[], text[], text[], text, bytea, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accept_changes(
  text, text, text, text, timestamptz, text[], bigint[], text[], text[], text, bytea, boolean)
  TO stormproof_service;

-- How far each document of a job has come. With the caller's rights, under the caller's policies.
-- `job_in_outbox` stays for workers of the version before.
CREATE FUNCTION job_documents(wanted_tenant text, wanted_job text)
RETURNS TABLE (
  document_id text, version bigint, accepted_at timestamptz, indexed_at timestamptz, dead_at timestamptz)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('stormproof.tenant_id', wanted_tenant, true);
  RETURN QUERY
    SELECT o.document_id, o.version, o.accepted_at, o.indexed_at, o.dead_at FROM outbox o
    WHERE o.tenant_id = wanted_tenant AND o.job_id = wanted_job
    UNION ALL
    SELECT unnest(a.document_ids), NULL, a.accepted_at, NULL, NULL FROM absent_documents a
    WHERE a.tenant_id = wanted_tenant AND a.job_id = wanted_job;
END
$$;
REVOKE ALL ON FUNCTION job_documents(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION job_documents(text, text) TO stormproof_service;
