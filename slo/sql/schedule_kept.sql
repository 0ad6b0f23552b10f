-- Whether the generator kept its schedule outside the warm-up.
SELECT count(*) AS arrivals,
    count(*) FILTER (WHERE outcome = 'undelivered') AS undelivered,
    quantile_disc(started_ns - intended_ns, 0.99) FILTER (WHERE clock = 'intended') AS lag_p99_ns
FROM requests
WHERE step = 0 AND phase IS DISTINCT FROM 'warm-up';
