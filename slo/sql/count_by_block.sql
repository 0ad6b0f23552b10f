-- Of one objective: requests in each block of $block_ns since $origin_ns, strata apart (`strata`: where the
-- plan, or what was broken, changed): all, the good, those that could be good (an answer whose latency is
-- not known), and when they were intended.
SELECT phase, coalesce(strata.stratum, -1) AS stratum, (intended_ns - $origin_ns) // $block_ns AS block,
    count(*) AS total,
    count(*) FILTER (WHERE available AND ($threshold_ns IS NULL OR latency_ns <= $threshold_ns)) AS good,
    count(*) FILTER (WHERE available AND $threshold_ns IS NOT NULL AND latency_ns IS NULL) AS unknown,
    min(intended_ns) AS first_ns, max(intended_ns) AS last_ns
FROM counted ASOF LEFT JOIN strata ON counted.intended_ns >= strata.start_ns
WHERE intended_ns >= $from_ns AND intended_ns < $to_ns
    AND ($tier IS NULL OR tier = $tier) AND ($operation IS NULL OR operation = $operation)
    AND ($tenant IS NULL OR tenant = $tenant)
GROUP BY phase, strata.stratum, block
ORDER BY stratum, block;
