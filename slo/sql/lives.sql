-- Requests that count, by how many of the bounds they were intended, and ended, at or beyond; by what became
-- of them, and by class of latency (`latency_classes.sql`), null where it is not known. Those that lived in some stretch.
CREATE OR REPLACE TEMP TABLE lives AS
SELECT $born AS born, $gone AS gone, outcome, served_from,
    CASE WHEN latency_ns IS NOT NULL THEN (1000 * ln(greatest(latency_ns, 1)))::INTEGER END AS class,
    count(*) AS total, min(latency_ns) AS least_ns, max(latency_ns) AS most_ns
FROM counted
WHERE intended_ns < $last_ns AND ended_ns >= $first_ns
GROUP BY ALL;
