-- Of one phase: requests intended in it, those that were answered well, and their mean service time.
SELECT count(*) FILTER (WHERE step = 0) AS offered,
    count(*) FILTER (WHERE available AND step = 0) AS good,
    avg(service_ns) FILTER (WHERE available) AS service_ns
FROM counted
WHERE phase = $phase;
