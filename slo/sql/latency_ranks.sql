-- Latencies at given quantiles, exactly.
SELECT quantile_disc(latency_ns, $quantiles)
FROM counted
WHERE ($tier IS NULL OR tier = $tier) AND ($operation IS NULL OR operation = $operation)
    AND ($tenant IS NULL OR tenant = $tenant);
