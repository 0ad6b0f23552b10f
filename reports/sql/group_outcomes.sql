-- Of one group of requests: how many in each stretch of time, by outcome.
SELECT bucket, outcome, CAST(sum(requests) AS BIGINT) AS requests, CAST(sum(offered) AS BIGINT) AS offered
FROM cells
WHERE list_contains($operations, operation) AND tier IS NOT DISTINCT FROM $tier AND bucket IS NOT NULL
GROUP BY ALL ORDER BY ALL;
