-- From which instant latency counts, among the requests that were sent.
SELECT count(*),
    count(*) FILTER (WHERE clock = 'sent' AND latency_ns IS NOT NULL) AS sent,
    count(*) FILTER (WHERE latency_ns IS NULL) AS unknown
FROM requests WHERE outcome <> 'undelivered';
