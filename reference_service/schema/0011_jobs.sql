-- Tenant and question in one round trip, with the caller's rights, under the caller's policies.
CREATE FUNCTION job_in_outbox(wanted_tenant text, wanted_job text)
RETURNS TABLE (documents bigint, indexed bigint, failed bigint, accepted_at timestamptz)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('stormproof.tenant_id', wanted_tenant, true);
  RETURN QUERY
    SELECT count(*), count(o.indexed_at), count(o.dead_at), min(o.accepted_at) FROM outbox o
    WHERE o.tenant_id = wanted_tenant AND o.job_id = wanted_job;
END
$$;
REVOKE ALL ON FUNCTION job_in_outbox(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION job_in_outbox(text, text) TO stormproof_service;
