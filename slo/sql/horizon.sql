-- Up to when all that was due is recorded: in each worker's schedule, the last arrival before the first that has no record
-- yet, which may be the slowest. Null where a worker has none, or no schedule was declared.
WITH arrived AS (
    SELECT worker, sequence, any_value(intended_ns) AS intended_ns,
        row_number() OVER (PARTITION BY worker ORDER BY sequence) - 1 AS place
    FROM so_far SEMI JOIN promised USING (worker)
    WHERE step = 0 AND clock = 'intended'
    GROUP BY worker, sequence
),
reached AS (
    SELECT worker, max(intended_ns) FILTER (sequence = place) AS at_ns FROM arrived GROUP BY worker
)
SELECT count(*), count(at_ns), min(at_ns) FROM promised LEFT JOIN reached USING (worker)
