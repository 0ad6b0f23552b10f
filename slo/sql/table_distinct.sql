-- Rows of a request that is there already.
SELECT count(request_id) - count(DISTINCT request_id) FROM recorded;
