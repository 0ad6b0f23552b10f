-- What users met with whose requests lived (intended to ended) in start_ns <= instant < end_ns.
WITH chosen AS (
    SELECT * FROM counted WHERE intended_ns < $end_ns AND ended_ns >= $start_ns
)
SELECT
    (SELECT count(*) FROM chosen),
    (SELECT map_from_entries(list((outcome, n) ORDER BY outcome))
        FROM (SELECT outcome, count(*) AS n FROM chosen GROUP BY outcome)),
    (SELECT map_from_entries(list((served_from, n) ORDER BY served_from))
        FROM (SELECT served_from, count(*) AS n FROM chosen WHERE served_from IS NOT NULL GROUP BY served_from)),
    (SELECT count(latency_ns) FROM chosen),
    (SELECT quantile_disc(latency_ns, [0.5, 0.95, 0.99]) FROM chosen);
