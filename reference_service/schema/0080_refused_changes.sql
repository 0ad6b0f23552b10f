-- Expands: changes that a journal acknowledged and that this database will not take as they are become dead letters,
-- which a tenant's admin sees and tries again beside those of the outbox: their numbers come from one sequence. What
-- is replaced here keeps its name, arguments and columns: workers of the version before go on using it.
CREATE TABLE refused_changes (
  sequence bigint PRIMARY KEY DEFAULT nextval('outbox_sequence_seq'),
  tenant_id text NOT NULL REFERENCES tenants ON DELETE CASCADE,
  job_id text NOT NULL,
  actor text NOT NULL,
  request_id text NOT NULL,
  accepted_at timestamptz NOT NULL,
  document_id text NOT NULL,
  version bigint NOT NULL,
  operation text NOT NULL,
  document text,
  refused_at timestamptz NOT NULL DEFAULT now(),
  error text NOT NULL,
  UNIQUE (tenant_id, document_id, version)
);
CREATE INDEX idx_refused_tenant ON refused_changes (tenant_id, sequence);
CREATE INDEX idx_refused_job ON refused_changes (tenant_id, job_id);
ALTER TABLE refused_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE refused_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON refused_changes TO stormproof_service
  USING (tenant_id = current_setting('stormproof.tenant_id', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON refused_changes TO stormproof_service;
GRANT USAGE ON SEQUENCE outbox_sequence_seq TO stormproof_service;

-- Replays a set change by change: one that is refused for what it is, and not for how this database is, does not keep
-- the others back; it is laid aside as a dead letter. How many were.
CREATE FUNCTION replay_or_lay_aside(
  of_tenant text, of_job text, by_actor text, in_request text, at_instant timestamptz,
  ids text[], given_versions bigint[], kinds text[], documents text[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  refused bigint := 0;
BEGIN
  PERFORM set_config('stormproof.tenant_id', of_tenant, true);
  FOR place IN 1..cardinality(ids) LOOP
    BEGIN
      PERFORM accept_changes(
        of_tenant, of_job, by_actor, in_request, at_instant, ids[place:place], given_versions[place:place],
        kinds[place:place], documents[place:place], NULL, NULL, true);
    EXCEPTION WHEN data_exception OR integrity_constraint_violation OR with_check_option_violation OR plpgsql_error THEN
      INSERT INTO refused_changes AS r (
          tenant_id, job_id, actor, request_id, accepted_at, document_id, version, operation, document, error)
        VALUES (of_tenant, of_job, by_actor, in_request, at_instant, ids[place], given_versions[place], kinds[place],
          documents[place], 'PostgreSQL ' || SQLSTATE || ': ' || SQLERRM)
        ON CONFLICT (tenant_id, document_id, version) DO UPDATE SET refused_at = now(), error = EXCLUDED.error;
      refused := refused + 1;
    END;
  END LOOP;
  RETURN refused;
END
$$;

-- Dead letters behind `after`, the oldest first, of both kinds.
CREATE FUNCTION dead_letters(of_tenant text, after bigint, bound integer)
RETURNS TABLE (sequence bigint, document_id text, version bigint, operation text, dead_at timestamptz, error text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('stormproof.tenant_id', of_tenant, true);
  RETURN QUERY
    (SELECT o.sequence, o.document_id, o.version, o.operation, o.dead_at, o.error FROM outbox o
      WHERE o.tenant_id = of_tenant AND o.dead_at IS NOT NULL AND o.sequence > after ORDER BY o.sequence LIMIT bound)
    UNION ALL
    (SELECT r.sequence, r.document_id, r.version, r.operation, r.refused_at, r.error FROM refused_changes r
      WHERE r.tenant_id = of_tenant AND r.sequence > after ORDER BY r.sequence LIMIT bound)
    ORDER BY 1 LIMIT bound;
END
$$;

-- Has these dead letters tried again, now: those of the outbox by the relay, refused ones here. One that is refused
-- again stays, with the new reason. How many there were.
CREATE FUNCTION retry_dead_letters(of_tenant text, wanted bigint[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  tried bigint;
  one refused_changes%ROWTYPE;
BEGIN
  PERFORM set_config('stormproof.tenant_id', of_tenant, true);
  UPDATE outbox o SET dead_at = NULL, error = NULL, attempts = 0, due_at = now()
    WHERE o.tenant_id = of_tenant AND o.sequence = ANY (wanted) AND o.dead_at IS NOT NULL;
  GET DIAGNOSTICS tried = ROW_COUNT;
  FOR one IN
    SELECT * FROM refused_changes r WHERE r.tenant_id = of_tenant AND r.sequence = ANY (wanted)
    ORDER BY r.document_id COLLATE "C", r.version FOR UPDATE
  LOOP
    tried := tried + 1;
    IF replay_or_lay_aside(
      of_tenant, one.job_id, one.actor, one.request_id, one.accepted_at, ARRAY[one.document_id], ARRAY[one.version],
      ARRAY[one.operation], ARRAY[one.document]) = 0
    THEN
      DELETE FROM refused_changes r WHERE r.tenant_id = of_tenant AND r.sequence = one.sequence;
    END IF;
  END LOOP;
  RETURN tried;
END
$$;

-- Readers and jobs know of refused changes, as they know of dead letters of the outbox.
CREATE OR REPLACE FUNCTION newest_in_outbox(wanted_tenant text, wanted_document text)
RETURNS TABLE (version bigint, operation text, document text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('stormproof.tenant_id', wanted_tenant, true);
  RETURN QUERY
    (SELECT o.version, o.operation, o.document FROM outbox o
      WHERE o.tenant_id = wanted_tenant AND o.document_id = wanted_document ORDER BY o.version DESC LIMIT 1)
    UNION ALL
    (SELECT r.version, r.operation, r.document FROM refused_changes r
      WHERE r.tenant_id = wanted_tenant AND r.document_id = wanted_document ORDER BY r.version DESC LIMIT 1)
    ORDER BY 1 DESC LIMIT 1;
END
$$;
CREATE OR REPLACE FUNCTION job_documents(wanted_tenant text, wanted_job text)
RETURNS TABLE (
  document_id text, version bigint, accepted_at timestamptz, indexed_at timestamptz, dead_at timestamptz)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('stormproof.tenant_id', wanted_tenant, true);
  RETURN QUERY
    SELECT o.document_id, o.version, o.accepted_at, o.indexed_at, o.dead_at FROM outbox o
    WHERE o.tenant_id = wanted_tenant AND o.job_id = wanted_job
    UNION ALL
    SELECT unnest(a.document_ids), NULL, a.accepted_at, NULL, NULL FROM absent_documents a
    WHERE a.tenant_id = wanted_tenant AND a.job_id = wanted_job
    UNION ALL
    SELECT r.document_id, r.version, r.accepted_at, NULL, r.refused_at FROM refused_changes r
    WHERE r.tenant_id = wanted_tenant AND r.job_id = wanted_job;
END
$$;

REVOKE ALL ON FUNCTION
  replay_or_lay_aside(text, text, text, text, timestamptz, text[], bigint[], text[], text[]),
  dead_letters(text, bigint, integer), retry_dead_letters(text, bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  replay_or_lay_aside(text, text, text, text, timestamptz, text[], bigint[], text[], text[]),
  dead_letters(text, bigint, integer), retry_dead_letters(text, bigint[]) TO stormproof_service;
