-- Of one objective: bad requests by what was broken while they lived. $speed: null without a threshold. An answer of which
-- nobody knows how fast it came is charged to nobody.
SELECT begun, gone, maintained, sum(total)::BIGINT AS bad
FROM burned
WHERE (NOT available OR coalesce(speed > $speed, false))
    AND ($tier IS NULL OR tier = $tier) AND ($operation IS NULL OR operation = $operation)
    AND ($tenant IS NULL OR tenant = $tenant) AND ($target IS NULL OR target = $target)
GROUP BY begun, gone, maintained;
