-- Of one group of requests: how many ended in each stretch of time.
SELECT ended_bucket, CAST(sum(requests) AS BIGINT) FROM cells
WHERE list_contains($operations, operation) AND tier IS NOT DISTINCT FROM $tier AND ended_bucket IS NOT NULL
GROUP BY ended_bucket;
