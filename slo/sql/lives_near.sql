-- Latencies that lie among those that are asked for, by how many of the bounds their requests were intended, and
-- ended, at or beyond.
SELECT $born AS born, $gone AS gone, latency_ns AS from_ns, count(*) AS total
FROM (SELECT * FROM counted WHERE latency_ns IS NOT NULL)
WHERE $near AND intended_ns < $last_ns AND ended_ns >= $first_ns
GROUP BY ALL;
