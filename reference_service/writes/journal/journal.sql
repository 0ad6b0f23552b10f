-- One file per worker. Foreign keys are on; removing a set removes its changes.
CREATE TABLE IF NOT EXISTS change_sets (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  request_id TEXT NOT NULL,
  accepted_ms INTEGER NOT NULL,
  key TEXT,
  fingerprint BLOB,
  refused TEXT  -- why PostgreSQL takes it neither as it is nor as dead letters; tried again now and then
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS change_sets_key ON change_sets (tenant_id, key) WHERE key IS NOT NULL;
CREATE INDEX IF NOT EXISTS change_sets_job ON change_sets (tenant_id, job_id);

CREATE TABLE IF NOT EXISTS changes (
  sequence INTEGER NOT NULL REFERENCES change_sets ON DELETE CASCADE,
  tenant_id TEXT NOT NULL,
  document_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  kind TEXT NOT NULL,
  document TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS changes_set ON changes (sequence);
CREATE INDEX IF NOT EXISTS changes_document ON changes (tenant_id, document_id, version);

CREATE TABLE IF NOT EXISTS clock (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  version INTEGER NOT NULL
) STRICT;
