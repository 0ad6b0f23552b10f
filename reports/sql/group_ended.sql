-- Of one group of requests: how many ended in each stretch of time.
SELECT bucket, requests FROM ended_cells
WHERE list_contains($operations, operation) AND tier IS NOT DISTINCT FROM $tier;
