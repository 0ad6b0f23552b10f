-- Requests by the stretch of $bucket_ns that they were intended in and that they ended in (null: before $start_ns, or
-- never), operation, tier, outcome, and latency: the bin is floor($per_decade * log10(ms)), null where it is not known.
-- `offered` are the arrivals among them. One scan for all: a bin of latency has few stretches to end in.
-- Of the records themselves: to tell each its phase would cost more than all the rest.
CREATE OR REPLACE TEMP TABLE cells AS
SELECT
    CASE WHEN intended_ns >= $start_ns THEN CAST((intended_ns - $start_ns) // $bucket_ns AS INTEGER) END AS bucket,
    CASE WHEN ended_ns >= $start_ns THEN CAST((ended_ns - $start_ns) // $bucket_ns AS INTEGER) END AS ended_bucket,
    operation, tier, outcome,
    -- greatest() passes over nulls.
    CASE WHEN latency_ns IS NOT NULL THEN CAST(floor($per_decade * log10(greatest(latency_ns, 1) / 1e6)) AS INTEGER) END
        AS bin,
    count(*) AS requests, count(*) FILTER (WHERE step = 0) AS offered
FROM (
    SELECT *, ended_ns - CASE clock WHEN 'sent' THEN started_ns ELSE intended_ns END AS latency_ns FROM recorded
)
GROUP BY ALL;
