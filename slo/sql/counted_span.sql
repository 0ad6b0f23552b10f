-- The first and the last instant at which a request that counts was intended.
SELECT min(intended_ns), max(intended_ns) FROM counted;
