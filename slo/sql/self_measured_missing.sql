-- Workers that followed a schedule and left no reading of themselves.
SELECT DISTINCT recorded.worker
FROM recorded JOIN scheduled USING (worker)
WHERE clock = 'intended' AND recorded.worker NOT IN (SELECT worker FROM self_measured)
ORDER BY ALL;
