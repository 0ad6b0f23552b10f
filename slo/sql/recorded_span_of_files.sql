-- When the first and the last request of all files were intended.
CREATE OR REPLACE VIEW recorded_span AS
SELECT min(first_ns) AS first_ns, max(last_ns) AS last_ns FROM ($each);
