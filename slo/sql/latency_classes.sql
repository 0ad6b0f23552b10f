-- How many requests of known latency there are in each class of latency, each 0.1% wide, by what is chosen ($keys);
-- and between which latencies the class's own lie.
SELECT $keys, (1000 * ln(greatest(latency_ns, 1)))::INTEGER AS class,
    count(*) AS total, min(latency_ns) AS least_ns, max(latency_ns) AS most_ns
FROM counted
WHERE latency_ns IS NOT NULL
GROUP BY ALL;
