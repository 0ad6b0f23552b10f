-- Requests of known latency in each block of $block_ns since $origin_ns, strata apart, and those not faster than
-- $threshold_ns.
SELECT coalesce(strata.stratum, -1) AS stratum, (intended_ns - $origin_ns) // $block_ns AS block,
    count(*) AS total, count(*) FILTER (WHERE latency_ns >= $threshold_ns) AS late
FROM counted ASOF LEFT JOIN strata ON counted.intended_ns >= strata.start_ns
WHERE latency_ns IS NOT NULL AND ($tier IS NULL OR tier = $tier)
    AND ($operation IS NULL OR operation = $operation)
    AND ($tenant IS NULL OR tenant = $tenant)
GROUP BY strata.stratum, block
ORDER BY stratum, block;
