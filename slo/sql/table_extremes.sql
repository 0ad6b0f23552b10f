-- The least and the largest of the columns of a table, where they are numbers or instants; null of a column that is
-- not there. Parquet files say them in their footers, so that no row needs to be read.
SELECT total, times, ($instant_of_first)::BIGINT, ($instant_of_last)::BIGINT,
    least_status, most_status, least_latency, most_latency, identified
FROM (
    SELECT count(*) AS total, count($time) AS times, min($time) AS first, max($time) AS last,
        $least_status AS least_status, $most_status AS most_status, $least_latency AS least_latency,
        $most_latency AS most_latency, $identified AS identified
    FROM table_rows
);
