-- Workers that followed a schedule and left no reading of themselves, or one that is no number.
SELECT DISTINCT recorded.worker
FROM recorded JOIN scheduled USING (worker)
WHERE clock = 'intended' AND (
    recorded.worker NOT IN (SELECT worker FROM self_measured)
    OR recorded.worker IN (SELECT labels['worker'] FROM sampled WHERE source = 'generator' AND NOT isfinite(value))
)
ORDER BY ALL;
