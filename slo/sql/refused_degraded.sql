-- Degraded answers that the contract does not allow: no allowance whose stretch the request's life overlaps is for its
-- operation, where the answer comes from, and how old it is.
INSERT INTO refused_degraded
SELECT worker, sequence, step
FROM recorded
WHERE outcome = 'degraded' AND NOT EXISTS (
    SELECT 1 FROM allowances
    WHERE allowances.operation = recorded.operation
        AND recorded.intended_ns < allowances.end_ns AND recorded.ended_ns >= allowances.start_ns
        AND (sources IS NULL OR served_from IS NULL OR list_contains(sources, served_from))
        AND (most_age_s IS NULL OR age_s IS NULL OR age_s <= most_age_s)
);
