-- What counts: every request that was sent, outside the warm-up, but the 429s of a client above its limit.
-- `available`: a full answer, or a degraded one that is not empty.
CREATE VIEW counted AS
SELECT requests.*,
    outcome IN ('ok', 'degraded') AND served_from IS DISTINCT FROM 'empty' AS available
FROM requests ANTI JOIN above_limit USING (worker, sequence, step)
WHERE outcome <> 'undelivered' AND phase IS DISTINCT FROM 'warm-up';
