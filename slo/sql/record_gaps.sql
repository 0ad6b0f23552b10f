-- Per worker: what its schedule called for, sequences 0 to arrivals - 1 at step 0, against what is recorded.
WITH found AS (
    SELECT recorded.worker, any_value(scheduled.arrivals) AS arrivals, count(*) AS records,
        count(DISTINCT sequence) FILTER (WHERE step = 0 AND sequence >= 0 AND sequence < scheduled.arrivals)
            AS expected,
        count(*) FILTER (WHERE sequence < 0 OR sequence >= scheduled.arrivals) AS unexpected,
        count(*) - count(DISTINCT {sequence: sequence, step: step}) AS duplicates,
        count(*) FILTER (WHERE clock <> 'sent') AS with_intended
    FROM recorded LEFT JOIN scheduled USING (worker)
    GROUP BY recorded.worker
)
SELECT worker, scheduled.arrivals, coalesce(records, 0), coalesce(expected, 0), coalesce(unexpected, 0),
    coalesce(duplicates, 0), coalesce(with_intended, 0)
FROM found FULL JOIN scheduled USING (worker)
ORDER BY worker;
