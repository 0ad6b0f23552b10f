-- Requests around all faults, from one scan: how many there are of each kind, by what is chosen ($keys), $part (2i: what
-- fault i is compared with; 2i + 1: from its start on), $bucket since the start of the fault before, and $speed: how many of
-- the thresholds the latency is above; null where it is not known. Requests that met the fault that follows ($next_ns) too,
-- are left out.
CREATE OR REPLACE TEMP TABLE courses AS
SELECT $keys, $part AS part, $bucket AS bucket, available, available AND outcome = 'ok' AS full_answer,
    CASE WHEN latency_ns IS NOT NULL THEN $speed END AS speed, count(*) AS total
FROM counted
WHERE intended_ns >= $from_ns AND intended_ns < $until_ns AND ended_ns < $next_ns
GROUP BY ALL;
