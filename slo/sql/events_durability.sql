-- The newest write of each document; good: a later check found it. It lives until it was looked for: what broke meanwhile
-- may have lost it.
SELECT phase, tier, tenant, target, operation, intended_ns, coalesce(checked_ns, acknowledged_ns) AS gone_ns,
    coalesce(found, false) AS good, found IS NULL AS unknown
FROM newest_writes
