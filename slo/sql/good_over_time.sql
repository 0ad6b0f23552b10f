-- Around one fault: requests by the bucket that they were intended in, and those that are good. Bucket -1 is all that
-- ended before the fault; from 0 on, each has $bucket_ns from $start_ns on; one without requests has no row. Requests
-- that met the next fault, too, are left out. Good is: within an objective, or where $full, ended ok.
SELECT CASE WHEN intended_ns < $start_ns THEN -1 ELSE (intended_ns - $start_ns) // $bucket_ns END AS bucket,
    count(*) AS total,
    count(*) FILTER (
        WHERE CASE
            WHEN $full THEN outcome = 'ok' AND available
            ELSE available AND ($threshold_ns IS NULL OR coalesce(latency_ns <= $threshold_ns, true))
        END
    ) AS good
FROM counted
WHERE intended_ns >= $before_ns AND intended_ns < $until_ns AND ended_ns < $next_ns
    AND (intended_ns >= $start_ns OR ended_ns < $start_ns)
    AND ($tier IS NULL OR tier = $tier) AND ($operation IS NULL OR operation = $operation)
    AND ($tenant IS NULL OR tenant = $tenant) AND ($target IS NULL OR target = $target)
GROUP BY bucket ORDER BY bucket;
