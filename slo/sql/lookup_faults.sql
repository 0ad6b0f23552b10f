-- Searches for acknowledged writes that cannot be true, and such as must have been and are not recorded.
SELECT
    (SELECT count(*) FROM looked_up) AS lookups,
    (SELECT count(*) FROM looked_up ANTI JOIN recorded
        ON recorded.worker = looked_up.worker AND recorded.sequence = looked_up.sequence AND recorded.step = looked_up.step
        AND (looked_up.asked_ns IS NULL
            OR (recorded.started_ns = looked_up.asked_ns AND recorded.ended_ns = looked_up.answered_ns))
    ) AS unasked,
    (SELECT count(*) FROM looked_up ANTI JOIN written USING (worker, sequence, tenant, document_id, version)) AS unwritten,
    (SELECT coalesce(sum(lookups - numbers + reach - numbers), 0) FROM (
        SELECT count(*) AS lookups, count(DISTINCT number) AS numbers, max(number) + 1 AS reach
        FROM looked_up GROUP BY worker
    )) AS gaps,
    (SELECT count(*) FROM looked_up
        WHERE (asked_ns IS NULL) <> (answered_ns IS NULL) OR answered_ns < asked_ns
            OR (asked_ns IS NULL AND found IS NOT NULL)) AS impossible,
    -- After a search that found nothing a session goes on with another, or ends.
    (SELECT count(*) FROM looked_up AS lacking
        JOIN recorded AS following
            ON following.worker = lacking.worker AND following.sequence = lacking.sequence
            AND following.step = lacking.step + 1 AND following.outcome IN ('ok', 'degraded')
        ANTI JOIN looked_up AS told
            ON told.worker = lacking.worker AND told.sequence = lacking.sequence AND told.step = lacking.step + 1
        WHERE NOT lacking.found) AS untold
