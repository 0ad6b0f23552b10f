-- Documents that their writers searched for until they found them: a sample of all writes, drawn before anything was known
-- of them. A document became visible after the last search that lacked it was asked, and before the first that had it was
-- answered. Good: the latter is within $threshold_ns from its acknowledgement; bad: the former is not; between, or where no
-- search told anything, nobody knows.
WITH seen AS (
    SELECT *, min(answered_ns) FILTER (found) OVER (PARTITION BY worker, sequence, tenant, document_id, version) AS visible_ns
    FROM looked_up
),
watched AS (
    SELECT worker, sequence, tenant, document_id, version, any_value(visible_ns) AS visible_ns,
        max(asked_ns) FILTER (NOT found AND (visible_ns IS NULL OR asked_ns < visible_ns)) AS missing_ns
    FROM seen GROUP BY ALL
)
SELECT asked.phase, asked.tier, asked.tenant, asked.target, asked.operation, asked.intended_ns,
    coalesce(watched.visible_ns, missing_ns, acknowledged_ns) AS gone_ns,
    coalesce(watched.visible_ns - acknowledged_ns <= $threshold_ns, false) AS good,
    NOT (good OR coalesce(missing_ns - acknowledged_ns > $threshold_ns, false)) AS unknown
FROM watched
JOIN written USING (worker, sequence, tenant, document_id, version)
JOIN counted AS asked
    ON asked.worker = written.worker AND asked.sequence = written.sequence AND asked.ended_ns = written.acknowledged_ns
WHERE written.operation <> 'delete'
