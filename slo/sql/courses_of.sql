-- Of one selection, around one fault: requests by the bucket that they were intended in, and those that are good. Bucket -1
-- is all that ended before the fault; one without requests has no row. Good is: within an objective, or where $full, ended
-- ok. $speed: null without a threshold.
SELECT CASE WHEN part = $before THEN -1 ELSE bucket END AS bucket, sum(total)::BIGINT AS total,
    coalesce(sum(total) FILTER (
        CASE WHEN $full THEN full_answer ELSE available AND ($speed IS NULL OR coalesce(speed <= $speed, true)) END
    ), 0)::BIGINT AS good
FROM courses
WHERE part >= $before AND part <= $before + 2
    AND ($tier IS NULL OR tier = $tier) AND ($operation IS NULL OR operation = $operation)
    AND ($tenant IS NULL OR tenant = $tenant) AND ($target IS NULL OR target = $target)
GROUP BY ALL ORDER BY bucket;
