-- Strata in which something was broken.
SELECT stratum FROM strata
WHERE EXISTS (
    SELECT 1 FROM fault_windows WHERE injecting_ns <= strata.start_ns AND strata.start_ns < gone_ns
)
ORDER BY stratum;
