-- Expands: a change that Elasticsearch cannot take for now is tried again when it is due, and each tenant gets its
-- turn. Workers of the version before take the oldest rows, due or not: versions make that harmless. What they insert
-- is due at once. `idx_outbox_pending` stays for them; a later release drops it.
ALTER TABLE outbox
  ADD COLUMN due_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN attempts integer NOT NULL DEFAULT 0;

-- Writes wait while these are built, for as long as it takes to read the table twice; what cannot wait that long is
-- taken by the local journals.
CREATE INDEX idx_outbox_due ON outbox (tenant_id, due_at, sequence) WHERE indexed_at IS NULL AND dead_at IS NULL;
CREATE INDEX idx_outbox_dead ON outbox (tenant_id, sequence) WHERE dead_at IS NOT NULL;

-- A dead letter that is to be tried again is due at once.
GRANT UPDATE (due_at, attempts) ON outbox TO stormproof_service;
