-- Each worker: how far the wall clock went away from where it was when the worker began, at most; warm-up included,
-- because what other processes write afterwards is off by it still.
SELECT worker, max(abs(clock_offset_s)) AS step_s
FROM self_measured
WHERE clock_offset_s IS NOT NULL
GROUP BY worker ORDER BY step_s DESC, worker;
