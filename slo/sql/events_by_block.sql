-- Of one objective: answers, or writes, in each block of $block_ns since $origin_ns, strata apart, as count_by_block.sql
-- has requests. The instant of each is that its request was intended at.
SELECT phase, coalesce(strata.stratum, -1) AS stratum, (intended_ns - $origin_ns) // $block_ns AS block,
    count(*) AS total, count(*) FILTER (good AND NOT unknown) AS good, count(*) FILTER (unknown) AS unknown,
    min(intended_ns) AS first_ns, max(intended_ns) AS last_ns
FROM ({events}) AS events ASOF LEFT JOIN strata ON events.intended_ns >= strata.start_ns
WHERE ($tier IS NULL OR tier = $tier) AND ($operation IS NULL OR operation = $operation)
    AND ($tenant IS NULL OR tenant = $tenant) AND ($target IS NULL OR target = $target)
GROUP BY phase, strata.stratum, block
ORDER BY stratum, block
