-- Requests that a generator's own machine kept from being sent, by worker and limit, in the warm-up too: it fills the
-- same tables.
SELECT labels['worker'] AS worker, labels['limit'] AS local_limit, sum(value)::BIGINT AS requests
FROM sampled
WHERE source = 'generator' AND name = 'local_limit_refusals'
GROUP BY ALL ORDER BY requests DESC, worker, local_limit;
