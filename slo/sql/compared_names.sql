-- The tiers and operations of what counts, and the clocks that its latency is counted by.
SELECT list_sort(list(DISTINCT tier) FILTER (tier IS NOT NULL)), list_sort(list(DISTINCT operation)),
    list_sort(list(DISTINCT clock))
FROM counted;
