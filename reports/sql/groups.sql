-- Operations and tiers, and how many requests they have.
SELECT operation, tier, sum(requests) FROM cells WHERE bucket IS NOT NULL GROUP BY ALL ORDER BY ALL;
