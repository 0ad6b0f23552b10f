-- When each situation of a contract counts, and the latency that each operation promises in it.
CREATE OR REPLACE TABLE contract_stretches (situation VARCHAR, start_ns BIGINT, end_ns BIGINT);
CREATE OR REPLACE TABLE contract_limits (situation VARCHAR, operation VARCHAR, limit_ns BIGINT);
