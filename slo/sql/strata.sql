-- Where the experiment changed: a phase began or ended, a fault came or went.
INSERT INTO strata
SELECT row_number() OVER (ORDER BY at_ns) - 1, at_ns
FROM (
    SELECT start_ns AS at_ns FROM phases UNION SELECT end_ns FROM phases
    UNION SELECT injecting_ns FROM fault_windows UNION SELECT gone_ns FROM fault_windows
);
