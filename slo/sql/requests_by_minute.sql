-- Requests that count by the minute since $from_ns that they were intended in; null: not within $from_ns and $to_ns.
SELECT CASE WHEN intended_ns >= $from_ns AND intended_ns < $to_ns THEN (intended_ns - $from_ns) // 60000000000 END
    AS minute, count(*) AS requests
FROM counted GROUP BY minute ORDER BY minute;
