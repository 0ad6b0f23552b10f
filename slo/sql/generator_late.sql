-- Each worker: how large a share of its time something that was due would have started more than 10 ms late, for
-- the collector's pauses and for whatever stalled the event loop, and the longest of each.
SELECT worker,
    sum(gc_late_s) / sum(measured_s) AS gc_late, max(gc_max_s) AS gc_max_s,
    sum(stall_late_s) / sum(measured_s) AS stall_late, max(stall_max_s) AS stall_max_s
FROM self_measured
WHERE counts
GROUP BY worker ORDER BY worker;
