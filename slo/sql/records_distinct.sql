-- How many records there are, and how many requests they are of.
SELECT coalesce(sum(records), 0), coalesce(sum(requests), 0)
FROM (SELECT count(*) AS records, count(DISTINCT sequence) AS requests FROM recorded GROUP BY worker);
