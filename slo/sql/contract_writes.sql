-- Of each situation and operation: documents in writes that were acknowledged while it counted, by how they are kept.
SELECT situation, operation, map_from_entries(list((durability, n)))
FROM (
    SELECT situation, counted.operation, coalesce(written.durability, 'unsaid') AS durability, count(*) AS n
    FROM written
    JOIN counted
        ON counted.worker = written.worker AND counted.sequence = written.sequence
        AND counted.ended_ns = written.acknowledged_ns
    JOIN contract_stretches
        ON counted.intended_ns >= contract_stretches.start_ns
        AND counted.ended_ns < contract_stretches.end_ns
    GROUP BY ALL
)
GROUP BY ALL;
