-- Of one group of requests: how many in each cell of time and latency.
SELECT bucket, greatest($lowest, least($highest, bin)) - $lowest AS bin, CAST(sum(requests) AS BIGINT) AS requests
FROM cells
WHERE list_contains($operations, operation) AND tier IS NOT DISTINCT FROM $tier AND bucket IS NOT NULL AND bin IS NOT NULL
GROUP BY ALL ORDER BY ALL;
