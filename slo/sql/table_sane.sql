-- Rows of a table that cannot be evidence: still to come, or of one request twice (null where requests have
-- no id).
SELECT count(*), count(*) FILTER (WHERE intended_ns > $latest_ns OR stated_ns > $latest_ns),
    CASE WHEN count(request_id) > 0 THEN count(request_id) - count(DISTINCT request_id) END
FROM recorded;
