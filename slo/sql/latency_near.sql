-- Latencies that lie among those that are asked for ($near), by what is chosen ($keys).
SELECT $keys, latency_ns AS from_ns, count(*) AS total
FROM (SELECT * FROM counted WHERE latency_ns IS NOT NULL)
WHERE $near
GROUP BY ALL;
