-- Answers that are not empty; good: no older than $threshold_ns. One that comes from the live service has no age; of one
-- that does not say where it comes from, or how old it is, nobody knows.
SELECT phase, tier, tenant, target, operation, intended_ns, ended_ns AS gone_ns,
    age_ns <= $threshold_ns AS good,
    coalesce(NOT (isfinite(age_ns) AND age_ns >= 0), true) AS unknown
FROM (
    SELECT *, CASE WHEN served_from = 'live' THEN coalesce(age_s, 0) ELSE age_s END::DOUBLE * 1e9 AS age_ns
    FROM counted
    WHERE outcome IN ('ok', 'degraded') AND served_from IS DISTINCT FROM 'empty'
)
