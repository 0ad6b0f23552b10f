-- Every recorded request with the phase that its intended instant falls in ($phase); null between phases.
-- Latency runs from the intended instant, of a source without one from the send: null where that is not known.
CREATE VIEW requests AS
SELECT recorded.*, ($phase)::VARCHAR AS phase,
    ended_ns - CASE clock WHEN 'sent' THEN started_ns ELSE intended_ns END AS latency_ns,
    ended_ns - started_ns AS service_ns
FROM recorded;
CREATE VIEW recorded_span AS SELECT min(intended_ns) AS first_ns, max(intended_ns) AS last_ns FROM recorded;
