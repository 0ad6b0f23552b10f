-- Partitions of the audit log are made and dropped by workers, through one function: they own no table.
-- A month whose events went to the default partition, because nobody had made it in time, takes them over.
CREATE OR REPLACE FUNCTION ensure_audit_months(ahead integer) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  first_day timestamp;
  name text;
BEGIN
  FOR month IN 0..ahead LOOP
    first_day := date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => month);
    name := 'audit_log_' || to_char(first_day, 'YYYY_MM');
    -- Looked for first: nothing is locked when nothing is missing.
    CONTINUE WHEN to_regclass('public.' || name) IS NOT NULL;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.audit_log INCLUDING DEFAULTS)', name);
    EXECUTE format(
      'WITH moved AS (DELETE FROM public.audit_log_default WHERE created_at >= $1 AND created_at < $2 RETURNING *)'
      ' INSERT INTO public.%I SELECT * FROM moved', name)
      USING first_day AT TIME ZONE 'UTC', (first_day + interval '1 month') AT TIME ZONE 'UTC';
    EXECUTE format(
      'ALTER TABLE public.audit_log ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
      name, first_day AT TIME ZONE 'UTC', (first_day + interval '1 month') AT TIME ZONE 'UTC');
  END LOOP;
END
$$;

-- Whole months go when their last day is older than is to be kept; single events only from the default partition.
CREATE FUNCTION drop_audit_months(keep interval) RETURNS text[] LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  old text;
  dropped text[] := '{}';
BEGIN
  FOR old IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public.audit_log'::regclass AND c.relname ~ '^audit_log_\d{4}_\d{2}$'
      AND (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC' <= now() - keep
    ORDER BY c.relname
  LOOP
    EXECUTE format('DROP TABLE public.%I', old);
    dropped := dropped || old;
  END LOOP;
  DELETE FROM public.audit_log_default WHERE created_at < now() - keep;
  RETURN dropped;
END
$$;
REVOKE ALL ON FUNCTION drop_audit_months(interval) FROM PUBLIC;

-- Both, for the relay's role, with the owner's rights. Waiting for a lock on the log makes writes wait behind it, so
-- it is given up soon, and tried again another time.
CREATE FUNCTION keep_audit_log(ahead integer, keep interval) RETURNS text[] LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '200ms' AS $$
BEGIN
  PERFORM ensure_audit_months(ahead);
  RETURN drop_audit_months(keep);
END
$$;
REVOKE ALL ON FUNCTION keep_audit_log(integer, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_audit_log(integer, interval) TO stormproof_relay;

-- Sessions that ended long enough ago; their refresh tokens go with them.
CREATE POLICY relay_ends ON token_families TO stormproof_relay USING (true);
GRANT SELECT, DELETE ON token_families TO stormproof_relay;
