-- What became of all requests of each target, and what the first of each kind says of it.
SELECT target, outcome, count(*), arg_min(detail, intended_ns) FROM requests
GROUP BY target, outcome ORDER BY target, count(*) DESC, outcome
