-- How many rows do not fit in one way ($unfit), and what stands there ($shown), the first few.
SELECT count(*), list(DISTINCT coalesce($shown, 'empty'))[:$most] FROM stated WHERE $unfit;
