-- By operation and tier, from `spectrum_cells`: requests, those of known latency, and the bins that percentiles lie in.
WITH latency AS (
    SELECT operation, tier, bin, sum(requests) AS requests, max(highest_ns) AS highest_ns,
        sum(sum(requests)) OVER (PARTITION BY operation, tier ORDER BY bin) AS up_to,
        sum(sum(requests)) OVER (PARTITION BY operation, tier) AS known
    FROM spectrum_cells WHERE bin IS NOT NULL GROUP BY operation, tier, bin
),
service AS (
    SELECT operation, tier, service_bin,
        sum(sum(requests)) OVER (PARTITION BY operation, tier ORDER BY service_bin) AS up_to,
        sum(sum(requests)) OVER (PARTITION BY operation, tier) AS known
    FROM spectrum_cells WHERE service_bin IS NOT NULL GROUP BY operation, tier, service_bin
)
SELECT operation, tier,
    (SELECT CAST(sum(requests) AS BIGINT) FROM spectrum_cells AS cells
        WHERE cells.operation = latency.operation AND cells.tier IS NOT DISTINCT FROM latency.tier) AS requests,
    CAST(max(known) AS BIGINT) AS known,
    min(bin) FILTER (WHERE up_to >= ceil(0.5 * known)), min(bin) FILTER (WHERE up_to >= ceil(0.95 * known)),
    min(bin) FILTER (WHERE up_to >= ceil(0.99 * known)), min(bin) FILTER (WHERE up_to >= ceil(0.999 * known)),
    max(highest_ns),
    (SELECT min(service_bin) FILTER (WHERE up_to >= ceil(0.5 * known)) FROM service
        WHERE service.operation = latency.operation AND service.tier IS NOT DISTINCT FROM latency.tier),
    (SELECT min(service_bin) FILTER (WHERE up_to >= ceil(0.99 * known)) FROM service
        WHERE service.operation = latency.operation AND service.tier IS NOT DISTINCT FROM latency.tier)
FROM latency GROUP BY operation, tier ORDER BY operation NULLS LAST, tier NULLS LAST;
