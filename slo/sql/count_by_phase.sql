-- Of one objective: good and total requests of each phase, those that could be good (an answer whose latency is
-- not known), and when they were intended.
SELECT phase, count(*) AS total,
    count(*) FILTER (WHERE available AND ($threshold_ns IS NULL OR latency_ns <= $threshold_ns)) AS good,
    count(*) FILTER (WHERE available AND $threshold_ns IS NOT NULL AND latency_ns IS NULL) AS unknown,
    min(intended_ns), max(intended_ns)
FROM counted
WHERE ($tier IS NULL OR tier = $tier) AND ($operation IS NULL OR operation = $operation)
GROUP BY phase;
