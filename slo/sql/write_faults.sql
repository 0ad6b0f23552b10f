-- Documents of acknowledged writes that cannot be true, and requests that were acknowledged and left none.
SELECT
    (SELECT count(*) FROM written) AS writes,
    (SELECT count(*) FROM written ANTI JOIN recorded
        ON recorded.worker = written.worker AND recorded.sequence = written.sequence
        AND recorded.ended_ns = written.acknowledged_ns) AS unasked,
    (SELECT count(*) - count(DISTINCT {worker: worker, sequence: sequence, at_ns: acknowledged_ns, tenant: tenant,
        document_id: document_id}) FROM written) AS duplicates,
    (SELECT count(*) FROM written
        WHERE checked_ns < acknowledged_ns OR visible_ns < $earliest_ns OR checked_ns > $latest_ns
            OR visible_ns > $latest_ns OR version < 0 OR found_version < 0
            OR (checked_ns IS NULL AND found_version IS NOT NULL)) AS impossible,
    (SELECT count(*) FROM written
        WHERE operation NOT IN ('index', 'delete') OR NOT list_contains($durabilities, coalesce(durability, 'local'))
    ) AS unknown,
    -- Of operations whose every acknowledgement tells its documents, those that tell of none.
    (SELECT count(*) FROM recorded ANTI JOIN written
        ON recorded.worker = written.worker AND recorded.sequence = written.sequence
        AND recorded.ended_ns = written.acknowledged_ns
        WHERE recorded.outcome IN ('ok', 'degraded') AND recorded.status = 202 AND recorded.step = 0
            AND recorded.operation IN (
                SELECT DISTINCT asked.operation FROM written JOIN recorded AS asked
                    ON asked.worker = written.worker AND asked.sequence = written.sequence
                    AND asked.ended_ns = written.acknowledged_ns
            )) AS untold
