-- When the first and the last request of one file were intended.
SELECT min(intended_ns) AS first_ns, max(intended_ns) AS last_ns FROM read_parquet($file)
