-- What counts, a row a request in the order of intended instants; names as positions in the lists given, 0 for none.
SELECT intended_ns, ended_ns, coalesce(latency_ns, -1) AS latency_ns, available, status <> 0 AS answered,
    coalesce(list_position($tiers::VARCHAR[], tier), 0)::SMALLINT AS tier,
    coalesce(list_position($operations::VARCHAR[], operation), 0)::SMALLINT AS operation,
    coalesce(list_position($phases::VARCHAR[], phase), 0)::SMALLINT AS phase,
    coalesce(strata.stratum, -1)::INTEGER AS stratum
FROM counted ASOF LEFT JOIN strata ON counted.intended_ns >= strata.start_ns
WHERE ended_ns IS NOT NULL
ORDER BY intended_ns;
