-- Of one objective: requests in each stretch of a grid of the cube, strata apart: all, the good, those that could be
-- good (an answer whose latency is not known), and when they were intended. $speed: null without a threshold.
SELECT phase, stratum, $grid AS block, sum(total)::BIGINT AS total,
    coalesce(sum(total) FILTER (available AND ($speed IS NULL OR speed <= $speed)), 0)::BIGINT AS good,
    coalesce(sum(total) FILTER (available AND $speed IS NOT NULL AND speed IS NULL), 0)::BIGINT AS unknown,
    min(first_ns) AS first_ns, max(last_ns) AS last_ns
FROM cube
WHERE period >= $first_period AND period <= $last_period
    AND ($tier IS NULL OR tier = $tier) AND ($operation IS NULL OR operation = $operation)
    AND ($tenant IS NULL OR tenant = $tenant) AND ($target IS NULL OR target = $target)
GROUP BY phase, stratum, block
ORDER BY stratum, block;
