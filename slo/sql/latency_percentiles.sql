-- Exact percentiles of what counts; a column that is not asked for is null throughout. Requests whose latency
-- or service time is not known are in none of its percentiles.
SELECT operation, tier, phase, count(*), count(latency_ns), count(service_ns),
    quantile_disc(latency_ns, [0.5, 0.95, 0.99, 0.999]), max(latency_ns),
    quantile_disc(service_ns, [0.5, 0.99])
FROM (
    SELECT
        CASE WHEN $by_operation THEN operation END AS operation,
        CASE WHEN $by_tier THEN tier END AS tier,
        CASE WHEN $by_phase THEN phase END AS phase,
        latency_ns, service_ns
    FROM counted
)
GROUP BY operation, tier, phase
ORDER BY operation NULLS LAST, tier NULLS LAST, phase NULLS LAST;
