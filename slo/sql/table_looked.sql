-- One look at all rows: how many there are, with an id, and of each way not to fit ($unfit); when the first and the
-- last request were intended, and the latest instant that is told.
CREATE TABLE looked AS
SELECT count(*) AS total, count(request_id) AS identified, $unfit,
    min(intended_ns) AS first_ns, max(intended_ns) AS last_ns, greatest(max(stated_ns), max(intended_ns)) AS latest_ns
FROM recorded;
