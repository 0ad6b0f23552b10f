-- Requests of known latency in each block of time, strata apart, by what is chosen ($keys) and by latency: exactly
-- where it lies among those that are asked for, else by the bound that it is at or above ($from_ns).
SELECT $keys, $stratum AS stratum, $block AS block, $from_ns AS from_ns, count(*) AS total
FROM (SELECT * FROM counted WHERE latency_ns IS NOT NULL)
GROUP BY ALL;
