-- Expands: a reader is told, beside the newest change that the outbox still holds, which version a document has here
-- and whether that is its deletion. An index that was lost, or restored from an older snapshot, lacks documents and
-- has deleted ones: what was once acknowledged outlives the outbox's rows only here. Always one row; NULLs for what is
-- not there. `newest_in_outbox` stays for workers of the version before; a later release drops it.
CREATE FUNCTION newest_known(wanted_tenant text, wanted_document text)
RETURNS TABLE (version bigint, operation text, document text, recorded bigint, deleted boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('stormproof.tenant_id', wanted_tenant, true);
  RETURN QUERY
    WITH accepted AS (
      (SELECT o.version, o.operation, o.document FROM outbox o
        WHERE o.tenant_id = wanted_tenant AND o.document_id = wanted_document ORDER BY o.version DESC LIMIT 1)
      UNION ALL
      (SELECT r.version, r.operation, r.document FROM refused_changes r
        WHERE r.tenant_id = wanted_tenant AND r.document_id = wanted_document ORDER BY r.version DESC LIMIT 1)
      ORDER BY 1 DESC LIMIT 1
    )
    SELECT a.version, a.operation, a.document, m.version, m.deleted_at IS NOT NULL
    FROM (SELECT) AS always LEFT JOIN accepted a ON true
    LEFT JOIN document_metadata m ON m.tenant_id = wanted_tenant AND m.document_id = wanted_document;
END
$$;
REVOKE ALL ON FUNCTION newest_known(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION newest_known(text, text) TO stormproof_service;

-- A tenant's index is called by its alias and a number of six digits: a tenant of that very name would read the
-- other's documents. This fails where a tenant's name ends so, whether or not there is another tenant to be read: such
-- a tenant needs another name first, since the next tenant or the next reindexing may be the other.
ALTER TABLE tenants ADD CONSTRAINT tenant_is_no_index CHECK (tenant_id !~ '-[0-9]{6}$');
