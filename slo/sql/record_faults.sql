-- Records that cannot be true. No answer comes before its request was due, however little the clocks of a request agree:
-- where intended and ended are swapped, that alone tells of it.
SELECT
    count(*) FILTER (
        WHERE (ended_ns IS NULL) <> (outcome = 'undelivered') OR (started_ns IS NOT NULL AND ended_ns IS NULL)
            OR (started_ns IS NULL AND ended_ns IS NOT NULL AND NOT $imported)
    ) AS half_sent,
    count(*) FILTER (
        WHERE ended_ns < started_ns OR ended_ns < intended_ns OR (clock = 'intended' AND started_ns < intended_ns - $early_ns)
    ) AS backwards,
    count(*) FILTER (
        WHERE least(intended_ns, started_ns, ended_ns) < $earliest_ns
            OR greatest(intended_ns, started_ns, ended_ns) > $latest_ns
    ) AS outside,
    count(*) FILTER (
        WHERE NOT list_contains($outcomes, outcome) OR NOT list_contains($clocks, clock)
            OR NOT list_contains($served_from, coalesce(served_from, 'live'))
    ) AS unknown
FROM recorded;
