-- Every recorded request with the phase that its intended instant falls in; null between phases.
CREATE VIEW requests AS
SELECT recorded.*, CASE WHEN recorded.intended_ns < phases.end_ns THEN phases.name END AS phase
FROM recorded ASOF LEFT JOIN phases ON recorded.intended_ns >= phases.start_ns;
