-- The worker whose core was busiest: its share, in use or waited for, of its busiest five seconds (in a long run
-- those that only 1% of the time exceeds), and how much of that was waiting.
WITH smooth AS (
    SELECT worker,
        sum((cpu_ratio + coalesce(cpu_wait_ratio, 0)) * measured_s) OVER recent / sum(measured_s) OVER recent AS busy,
        sum(coalesce(cpu_wait_ratio, 0) * measured_s) OVER recent / sum(measured_s) OVER recent AS waited,
        sum(measured_s) OVER recent AS span_s,
        sum(measured_s) OVER (PARTITION BY worker) AS whole_s
    FROM self_measured
    WHERE counts AND cpu_ratio IS NOT NULL
    WINDOW recent AS (PARTITION BY worker ORDER BY at_ns ROWS 4 PRECEDING)
),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY worker ORDER BY busy DESC) AS place,
        count(*) OVER (PARTITION BY worker) AS places
    FROM smooth WHERE span_s >= least(4.5, whole_s)
)
SELECT worker, busy, waited
FROM ranked
WHERE place = 1 + places // 100
ORDER BY busy DESC, worker LIMIT 1;
