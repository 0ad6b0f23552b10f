-- How many requests a file has, and the last instants that they were intended and ended at. The description of a single
-- file says it, so that none is read; of several at once DuckDB would read all.
SELECT count(*), max(intended_ns), max(ended_ns) FROM read_parquet($file);
