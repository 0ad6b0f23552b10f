-- Rows of Parquet files.
FROM read_parquet($files, union_by_name = true);
