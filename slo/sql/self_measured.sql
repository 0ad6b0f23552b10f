-- What each worker measured of itself, one row a stretch of about a second; the middle of it says in which phase
-- it lies. `counts`: outside the warm-up.
CREATE VIEW self_measured AS
WITH stretch AS (
    SELECT labels['worker'] AS worker, at_ns,
        any_value(value) FILTER (name = 'measured_seconds') AS measured_s,
        any_value(value) FILTER (name = 'process_cpu_ratio') AS cpu_ratio,
        any_value(value) FILTER (name = 'process_cpu_wait_ratio') AS cpu_wait_ratio,
        any_value(value) FILTER (name = 'gc_pause_seconds_max') AS gc_max_s,
        any_value(value) FILTER (name = 'gc_pause_late_seconds') AS gc_late_s,
        any_value(value) FILTER (name = 'event_loop_stall_seconds_max') AS stall_max_s,
        any_value(value) FILTER (name = 'event_loop_late_seconds') AS stall_late_s,
        any_value(value) FILTER (name = 'wall_clock_offset_seconds') AS clock_offset_s
    FROM sampled
    WHERE source = 'generator'
    GROUP BY ALL
),
placed AS (
    SELECT *, at_ns - round(measured_s * 5e8)::BIGINT AS middle_ns FROM stretch WHERE isfinite(measured_s)
)
SELECT placed.*, coalesce(phases.name <> 'warm-up' OR middle_ns >= phases.end_ns, true) AS counts
FROM placed ASOF LEFT JOIN phases ON placed.middle_ns >= phases.start_ns;
