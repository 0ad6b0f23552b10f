-- What the look at all rows saw of them, as far as a table can be evidence at all.
SELECT total, identified, latest_ns FROM looked;
