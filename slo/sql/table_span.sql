-- When the first and the last request of a table were intended.
CREATE VIEW recorded_span AS SELECT first_ns, last_ns FROM looked;
