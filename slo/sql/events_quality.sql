-- Answers that are not empty; good: full. Whether a contract allows a degraded one changes nothing of what is missing.
SELECT phase, tier, tenant, target, operation, intended_ns, ended_ns AS gone_ns,
    outcome = 'ok' AND NOT partial AND served_from IS DISTINCT FROM 'stale' AS good,
    false AS unknown
FROM counted
WHERE outcome IN ('ok', 'degraded') AND served_from IS DISTINCT FROM 'empty'
