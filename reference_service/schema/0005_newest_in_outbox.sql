-- Asked for while Elasticsearch is away, when time is short: tenant and question in one round trip. It runs with
-- the caller's rights, under the caller's policies.
CREATE FUNCTION newest_in_outbox(wanted_tenant text, wanted_document text)
RETURNS TABLE (version bigint, operation text, document text)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('stormproof.tenant_id', wanted_tenant, true);
  RETURN QUERY
    SELECT o.version, o.operation, o.document FROM outbox o
    WHERE o.tenant_id = wanted_tenant AND o.document_id = wanted_document
    ORDER BY o.version DESC LIMIT 1;
END
$$;
REVOKE ALL ON FUNCTION newest_in_outbox(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION newest_in_outbox(text, text) TO stormproof_service;
