-- The most frequent reason for which arrivals were never sent, outside the warm-up.
SELECT detail, count(*) AS arrivals
FROM requests
WHERE step = 0 AND outcome = 'undelivered' AND detail IS NOT NULL AND phase IS DISTINCT FROM 'warm-up'
GROUP BY detail ORDER BY arrivals DESC, detail LIMIT 1;
