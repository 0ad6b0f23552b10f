-- Every recorded request with the phase that its intended instant falls in; null between phases.
-- Latency runs from the intended instant, of a source without one from the send: null where that is not known.
CREATE VIEW requests AS
SELECT recorded.*, CASE WHEN recorded.intended_ns < phases.end_ns THEN phases.name END AS phase,
    ended_ns - CASE clock WHEN 'sent' THEN started_ns ELSE intended_ns END AS latency_ns,
    ended_ns - started_ns AS service_ns
FROM recorded ASOF LEFT JOIN phases ON recorded.intended_ns >= phases.start_ns;
