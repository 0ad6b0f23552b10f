-- Rows that are still to come.
SELECT count(*) FROM recorded WHERE intended_ns > $latest_ns OR stated_ns > $latest_ns;
