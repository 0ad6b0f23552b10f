-- Where strata begin.
SELECT stratum, start_ns FROM strata ORDER BY start_ns;
