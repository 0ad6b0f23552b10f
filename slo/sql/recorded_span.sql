-- When the first and the last request were intended.
SELECT min(intended_ns), max(intended_ns) FROM recorded;
