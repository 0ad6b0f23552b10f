-- One row for each stretch of $bucket_ns from $start_ns on, those in which nothing happened too.
WITH chosen AS (
    SELECT * FROM requests WHERE $tier IS NULL OR tier = $tier
),
intended AS (
    SELECT (intended_ns - $start_ns) // $bucket_ns AS bucket,
        count(*) FILTER (WHERE step = 0) AS offered,
        quantile_disc(latency_ns, [0.5, 0.95, 0.99]) AS latency_ns
    FROM chosen WHERE intended_ns >= $start_ns GROUP BY bucket
),
ended AS (
    SELECT (ended_ns - $start_ns) // $bucket_ns AS bucket, count(*) AS achieved
    FROM chosen WHERE ended_ns >= $start_ns GROUP BY bucket
),
outcomes AS (
    SELECT bucket, map_from_entries(list((outcome, requests))) AS outcomes
    FROM (
        SELECT (intended_ns - $start_ns) // $bucket_ns AS bucket, outcome, count(*) AS requests
        FROM chosen WHERE intended_ns >= $start_ns GROUP BY bucket, outcome
    ) GROUP BY bucket
),
last AS (
    SELECT greatest((SELECT max(bucket) FROM intended), (SELECT max(bucket) FROM ended)) AS bucket
)
SELECT $start_ns + buckets.bucket * $bucket_ns, coalesce(offered, 0), coalesce(achieved, 0), outcomes, latency_ns
FROM (SELECT unnest(range(0, last.bucket + 1)) AS bucket FROM last) AS buckets
LEFT JOIN intended USING (bucket) LEFT JOIN ended USING (bucket) LEFT JOIN outcomes USING (bucket)
ORDER BY buckets.bucket;
