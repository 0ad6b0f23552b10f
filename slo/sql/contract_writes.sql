-- Of each situation and operation: documents in writes that were acknowledged while it counted, by how they are kept.
SELECT situation, operation, map_from_entries(list((durability, n)))
FROM (
    SELECT situation, counted.operation, coalesce(acknowledged.durability, 'unsaid') AS durability, count(*) AS n
    FROM acknowledged
    JOIN counted
        ON counted.worker = acknowledged.worker AND counted.sequence = acknowledged.sequence
        AND counted.ended_ns = acknowledged.acknowledged_ns
    JOIN contract_stretches
        ON counted.intended_ns >= contract_stretches.start_ns
        AND counted.ended_ns < contract_stretches.end_ns
    GROUP BY ALL
)
GROUP BY ALL;
