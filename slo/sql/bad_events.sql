-- The bad answers, or writes, of one objective, and how long each lived.
SELECT intended_ns, gone_ns, phase
FROM ({events}) AS events
WHERE NOT good AND NOT unknown
    AND ($tier IS NULL OR tier = $tier) AND ($operation IS NULL OR operation = $operation)
    AND ($tenant IS NULL OR tenant = $tenant) AND ($target IS NULL OR target = $target)
