-- Of each situation and operation: requests intended in each second while the situation counted, its stretches apart:
-- all, those that are not good, those of known latency, and of these the ones beyond the p99 that is promised.
SELECT situation, operation, contract_stretches.start_ns AS stratum, intended_ns // 1_000_000_000 AS block,
    count(*) AS total, count(*) FILTER (NOT available) AS bad,
    count(latency_ns) AS timed, count(*) FILTER (latency_ns > limit_ns) AS late
FROM counted
JOIN contract_stretches
    ON intended_ns >= contract_stretches.start_ns AND intended_ns < contract_stretches.end_ns
LEFT JOIN contract_limits USING (situation, operation)
GROUP BY ALL
ORDER BY situation, operation, stratum, block;
