-- What is known of each document. A deleted one stays as a tombstone: its version outlives Elasticsearch's memory.
CREATE TABLE document_metadata (
  tenant_id text NOT NULL REFERENCES tenants ON DELETE CASCADE,
  document_id text NOT NULL CHECK (length(document_id) BETWEEN 1 AND 128),
  version bigint NOT NULL CHECK (version > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, document_id)
);
CREATE INDEX idx_doc_meta_tenant ON document_metadata (tenant_id);

-- Accepted changes on their way to Elasticsearch. Indexed ones stay until after the next snapshot, so that an
-- index restored from the last one catches up.
CREATE TABLE outbox (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id text NOT NULL REFERENCES tenants ON DELETE CASCADE,
  document_id text NOT NULL,
  version bigint NOT NULL,
  operation text NOT NULL CHECK (operation IN ('index', 'delete')),
  document text CHECK ((document IS NULL) = (operation = 'delete')),
  accepted_at timestamptz NOT NULL DEFAULT now(),
  indexed_at timestamptz,
  dead_at timestamptz,
  error text
);
CREATE INDEX idx_outbox_pending ON outbox (sequence) WHERE indexed_at IS NULL AND dead_at IS NULL;
CREATE INDEX idx_outbox_document ON outbox (tenant_id, document_id, version DESC);
CREATE INDEX idx_outbox_indexed ON outbox (indexed_at) WHERE indexed_at IS NOT NULL;

-- Who changed what: partitioned by month, so that whole months can go.
CREATE TABLE audit_log (
  audit_id bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  actor text NOT NULL,
  action text NOT NULL,
  document_id text,
  version bigint,
  request_id text NOT NULL,
  PRIMARY KEY (created_at, audit_id)
) PARTITION BY RANGE (created_at);
CREATE INDEX idx_audit_tenant_time ON audit_log (tenant_id, created_at DESC);
CREATE TABLE audit_log_default PARTITION OF audit_log DEFAULT;  -- a missing month must never refuse a write

CREATE FUNCTION ensure_audit_months(ahead integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first_day timestamp;
BEGIN
  FOR month IN 0..ahead LOOP
    first_day := date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => month);
    EXECUTE format(
      'CREATE TABLE IF NOT EXISTS %I PARTITION OF audit_log FOR VALUES FROM (%L) TO (%L)',
      'audit_log_' || to_char(first_day, 'YYYY_MM'),
      first_day AT TIME ZONE 'UTC', (first_day + interval '1 month') AT TIME ZONE 'UTC');
  END LOOP;
END
$$;
REVOKE ALL ON FUNCTION ensure_audit_months(integer) FROM PUBLIC;

CREATE TABLE service_probe (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  probed_at timestamptz NOT NULL
);

ALTER TABLE document_metadata ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_metadata FORCE ROW LEVEL SECURITY;
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant_isolation ON document_metadata TO stormproof_service
  USING (tenant_id = current_setting('stormproof.tenant_id', true));
CREATE POLICY tenant_isolation ON outbox TO stormproof_service
  USING (tenant_id = current_setting('stormproof.tenant_id', true));
CREATE POLICY tenant_isolation ON audit_log TO stormproof_service
  USING (tenant_id = current_setting('stormproof.tenant_id', true));
CREATE POLICY relay_sees_all ON outbox TO stormproof_relay USING (true);
CREATE POLICY relay_sees_all ON document_metadata FOR SELECT TO stormproof_relay USING (true);

GRANT SELECT, INSERT, UPDATE ON document_metadata TO stormproof_service;
GRANT SELECT, INSERT ON outbox, audit_log TO stormproof_service;
GRANT SELECT, INSERT, UPDATE ON service_probe TO stormproof_service;
GRANT SELECT, UPDATE, DELETE ON outbox TO stormproof_relay;
GRANT SELECT ON document_metadata TO stormproof_relay;
