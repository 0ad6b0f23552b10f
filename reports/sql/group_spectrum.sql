-- Of some operations: how many requests have a latency, and how many a service time, in each bin.
SELECT false AS service, bin, CAST(sum(requests) AS BIGINT) FROM spectrum_cells
WHERE list_contains($operations, operation) AND bin IS NOT NULL GROUP BY ALL
UNION ALL
SELECT true, service_bin, CAST(sum(requests) AS BIGINT) FROM spectrum_cells
WHERE list_contains($operations, operation) AND service_bin IS NOT NULL GROUP BY ALL
ORDER BY ALL;
