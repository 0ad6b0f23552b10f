-- Requests by the stretch of $bucket_ns that they were intended in, operation, tier, outcome, and latency: the bin
-- is floor($per_decade * log10(ms)), null where latency is not known. `offered` are the arrivals among them.
CREATE OR REPLACE TEMP TABLE cells AS
SELECT CAST((intended_ns - $start_ns) // $bucket_ns AS INTEGER) AS bucket, operation, tier, outcome,
    CAST(floor($per_decade * log10(greatest(latency_ns, 1) / 1e6)) AS INTEGER) AS bin,
    count(*) AS requests, count(*) FILTER (WHERE step = 0) AS offered
FROM requests WHERE intended_ns >= $start_ns
GROUP BY ALL;
