-- The bad requests of one objective, and how long each lived.
SELECT intended_ns, ended_ns AS gone_ns, phase
FROM counted
WHERE ($tier IS NULL OR tier = $tier) AND ($operation IS NULL OR operation = $operation)
    AND ($tenant IS NULL OR tenant = $tenant) AND ($target IS NULL OR target = $target)
    -- An answer of which nobody knows how fast it came is charged to nobody.
    AND NOT (available AND ($threshold_ns IS NULL OR coalesce(latency_ns <= $threshold_ns, true)))
