-- Tenants whose documents are being brought into a new index: relays write their changes to that one, too. A relay
-- holds the advisory lock of ports/index_builds.py shared while it delivers; whoever changes this table holds it alone.
CREATE TABLE index_builds (
  tenant_id text PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
  target text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE index_builds ENABLE ROW LEVEL SECURITY;
ALTER TABLE index_builds FORCE ROW LEVEL SECURITY;
CREATE POLICY relay_sees_all ON index_builds FOR SELECT TO stormproof_relay USING (true);
GRANT SELECT ON index_builds TO stormproof_relay;
