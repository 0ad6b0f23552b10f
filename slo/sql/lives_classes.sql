-- Of one stretch: classes of latency, the fastest first.
SELECT sum(total)::BIGINT AS total, min(least_ns) AS least_ns, max(most_ns) AS most_ns FROM lives
WHERE born <= $born_until AND gone > $gone_after AND class IS NOT NULL
GROUP BY class ORDER BY class;
