-- Of one stretch: requests by what became of them.
SELECT outcome, served_from, sum(total)::BIGINT AS requests FROM lives
WHERE born <= $born_until AND gone > $gone_after
GROUP BY ALL ORDER BY ALL;
