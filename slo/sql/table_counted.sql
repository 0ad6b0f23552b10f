-- Requests of a table that is not ours, as those of a run. Latency counts from when the table says that the request
-- was sent.
CREATE VIEW recorded AS
SELECT *,
    CASE WHEN $time_is_end THEN stated_ns - coalesce(try_cast(stated_latency_ns AS BIGINT), 0) ELSE stated_ns END AS intended_ns,
    try_cast(stated_latency_ns AS BIGINT) AS latency_ns,
    NULL::VARCHAR AS phase, NULL::VARCHAR AS target
FROM stated;
CREATE VIEW counted AS SELECT * FROM recorded;
-- Nothing of a table is known to have changed.
CREATE TABLE strata (stratum INTEGER, start_ns BIGINT);
