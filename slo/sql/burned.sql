-- The bad requests of objectives, from one scan: how many there are of each kind, by what objectives choose ($keys) and
-- $speed (how many of their thresholds the latency is above; null where it is not known), and by what was broken while they
-- lived: how many faults had begun by their end ($begun), and how many were gone when they were intended ($gone).
CREATE OR REPLACE TEMP TABLE burned AS
SELECT $keys, available, CASE WHEN latency_ns IS NOT NULL THEN $speed END AS speed,
    phase IS NOT DISTINCT FROM 'maintenance' AS maintained, $begun AS begun, $gone AS gone, count(*) AS total
FROM (SELECT *, coalesce(ended_ns, $never) AS last_ns FROM counted)
WHERE NOT available OR latency_ns > $least_ns
GROUP BY ALL;
