-- The newest acknowledged write of each document, with the request that it was in, and whether a check after it found
-- it (null: none looked). A deletion is found as nothing, or as something newer.
CREATE OR REPLACE VIEW newest_writes AS
SELECT asked.phase, asked.tier, asked.tenant, asked.target, asked.operation, asked.intended_ns, newest.acknowledged_ns,
    newest.operation = 'delete' AS deletion, newest.checked_ns, newest.visible_ns,
    CASE WHEN newest.checked_ns >= newest.acknowledged_ns THEN
        CASE WHEN newest.operation = 'delete' THEN coalesce(newest.found_version > newest.version, true)
        ELSE coalesce(newest.found_version >= newest.version, false) END
    END AS found
FROM (
    FROM written QUALIFY row_number() OVER (PARTITION BY tenant, document_id ORDER BY version DESC, acknowledged_ns DESC) = 1
) AS newest
JOIN counted AS asked
    ON asked.worker = newest.worker AND asked.sequence = newest.sequence AND asked.ended_ns = newest.acknowledged_ns
