-- How many rows do not fit in one way ($unfit), what stands there ($shown), the first few, and which is the first row,
-- from 1: rows come in the order of their files.
SELECT count(*), list(DISTINCT coalesce($shown, 'empty'))[:$most], min(number)
FROM (SELECT *, row_number() OVER () AS number FROM stated)
WHERE $unfit;
