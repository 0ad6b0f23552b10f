-- Of each situation and operation: requests intended while the situation counted. `inside`: they ended in it, too.
WITH met AS (
    SELECT situation, counted.*, ended_ns < contract_stretches.end_ns AS inside
    FROM counted JOIN contract_stretches
        ON intended_ns >= contract_stretches.start_ns AND intended_ns < contract_stretches.end_ns
),
limited AS (
    SELECT met.*, limit_ns FROM met LEFT JOIN contract_limits USING (situation, operation)
),
statuses AS (
    SELECT situation, operation, map_from_entries(list((status, n))) AS statuses
    FROM (SELECT situation, operation, status, count(*) AS n FROM met WHERE inside AND status <> 0 GROUP BY ALL)
    GROUP BY ALL
),
outcomes AS (
    SELECT situation, operation, map_from_entries(list((outcome, n))) AS outcomes
    FROM (SELECT situation, operation, outcome, count(*) AS n FROM met WHERE inside GROUP BY ALL)
    GROUP BY ALL
),
sources AS (
    SELECT situation, operation, map_from_entries(list((served_from, n))) AS served_from
    FROM (
        SELECT situation, operation, served_from, count(*) AS n
        FROM met WHERE inside AND served_from IS NOT NULL GROUP BY ALL
    )
    GROUP BY ALL
),
totals AS (
    SELECT situation, operation, count(*) AS requests, count(*) FILTER (available) AS good,
        count(latency_ns) AS timed, count(*) FILTER (latency_ns <= limit_ns) AS within,
        quantile_disc(latency_ns, 0.99) AS p99_ns, min(intended_ns) AS first_ns, max(intended_ns) AS last_ns,
        count(*) FILTER (inside) AS ended,
        count(*) FILTER (inside AND served_from IN ('cache', 'stale')) AS kept,
        count(age_s) FILTER (inside AND served_from IN ('cache', 'stale')) AS aged,
        max(age_s) FILTER (inside AND served_from IN ('cache', 'stale')) AS oldest_s
    FROM limited GROUP BY ALL
)
SELECT situation, operation, requests, good, timed, within, p99_ns, first_ns, last_ns, ended, statuses, outcomes,
    served_from, kept, aged, oldest_s
FROM totals
LEFT JOIN statuses USING (situation, operation)
LEFT JOIN outcomes USING (situation, operation)
LEFT JOIN sources USING (situation, operation)
ORDER BY situation, operation;
