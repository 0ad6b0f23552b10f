-- Requests by the stretch that they ended in.
CREATE OR REPLACE TEMP TABLE ended_cells AS
SELECT CAST((ended_ns - $start_ns) // $bucket_ns AS INTEGER) AS bucket, operation, tier, count(*) AS requests
FROM recorded WHERE ended_ns >= $start_ns
GROUP BY ALL;
