-- The operations of the requests that count.
SELECT DISTINCT operation FROM counted ORDER BY operation;
