-- What counts: every request that was sent, outside the warm-up, but the 429s of a client above its limit.
-- `available`: a full answer, or a degraded one that is not empty and that the contract, where there is one, allows.
CREATE VIEW counted AS
SELECT requests.*,
    outcome IN ('ok', 'degraded') AND served_from IS DISTINCT FROM 'empty'
        AND (outcome = 'ok' OR (worker, sequence, step) NOT IN (SELECT (worker, sequence, step) FROM refused_degraded))
        AS available
FROM requests ANTI JOIN above_limit USING (worker, sequence, step)
WHERE outcome <> 'undelivered' AND NOT $warm_up;
