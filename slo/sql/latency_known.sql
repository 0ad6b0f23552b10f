-- Of what counts of a tier and operation: requests of known latency, and when they were intended.
SELECT count(*), min(intended_ns), max(intended_ns)
FROM counted
WHERE latency_ns IS NOT NULL AND ($tier IS NULL OR tier = $tier)
    AND ($operation IS NULL OR operation = $operation)
    AND ($tenant IS NULL OR tenant = $tenant);
