-- The newest write of each document, deletions aside; good: a search found it within $threshold_ns from its
-- acknowledgement. What a later check did not find at all is bad; of what nobody saw a search find, nobody knows.
SELECT phase, tier, tenant, target, operation, intended_ns,
    coalesce(visible_ns, checked_ns, acknowledged_ns) AS gone_ns,
    coalesce(visible_ns - acknowledged_ns <= $threshold_ns, false) AS good,
    visible_ns IS NULL AND found IS DISTINCT FROM false AS unknown
FROM newest_writes
WHERE NOT deletion
