-- The greatest fencing token that each protected thing has seen: a holder that was paused while its lock ran out
-- comes back with a smaller one. Holds nothing of any tenant; the service reaches it through the function only.
CREATE TABLE fences (
  name text PRIMARY KEY,
  token bigint NOT NULL
);
ALTER TABLE fences ENABLE ROW LEVEL SECURITY;
ALTER TABLE fences FORCE ROW LEVEL SECURITY;
CREATE POLICY fence_keeper ON fences TO stormproof_relay USING (true);
GRANT SELECT, INSERT, UPDATE ON fences TO stormproof_relay;

-- Called first in the transaction that does the protected work: the row's lock holds until it ends.
CREATE FUNCTION pass_fence(wanted text, given bigint) RETURNS boolean LANGUAGE sql AS $$
  INSERT INTO fences (name, token) VALUES (wanted, given)
  ON CONFLICT (name) DO UPDATE SET token = EXCLUDED.token WHERE fences.token <= EXCLUDED.token
  RETURNING true
$$;
REVOKE ALL ON FUNCTION pass_fence(text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pass_fence(text, bigint) TO stormproof_relay;
