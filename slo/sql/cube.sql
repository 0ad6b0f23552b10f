-- All that objectives need to know of the requests that count, from one scan: how many there are of each kind, by
-- what objectives choose ($keys), $stratum (where the plan, or what was broken, changed), $period (between the ends of
-- the objectives' windows), stretches of time ($grids), and $speed: how many of the objectives' thresholds the
-- latency is above; null where it is not known.
CREATE OR REPLACE TEMP TABLE cube AS
SELECT $keys, phase, $stratum AS stratum, $period AS period, $grids, available,
    CASE WHEN latency_ns IS NOT NULL THEN $speed END AS speed,
    count(*) AS total, min(intended_ns) AS first_ns, max(intended_ns) AS last_ns
FROM counted
GROUP BY ALL;
