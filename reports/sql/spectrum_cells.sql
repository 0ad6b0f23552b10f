-- What counts, by operation, tier, and the bins of latency (from the intended instant) and of service time (from the
-- sending): floor($per_decade * log10(ms)), null where it is not known.
CREATE OR REPLACE TEMP TABLE spectrum_cells AS
SELECT operation, tier,
    CASE WHEN latency_ns IS NOT NULL THEN CAST(floor($per_decade * log10(greatest(latency_ns, 1) / 1e6)) AS INTEGER) END AS bin,
    CASE WHEN service_ns IS NOT NULL THEN CAST(floor($per_decade * log10(greatest(service_ns, 1) / 1e6)) AS INTEGER) END AS service_bin,
    count(*) AS requests, max(latency_ns) AS highest_ns
FROM counted
GROUP BY ALL;
