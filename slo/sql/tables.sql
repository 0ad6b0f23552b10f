-- What is known beside the requests. Open ends reach to the end of time.
CREATE TABLE phases (position INTEGER, name VARCHAR, start_ns BIGINT, end_ns BIGINT);
CREATE TABLE limits (tier VARCHAR, operation VARCHAR, capacity BIGINT);
CREATE TABLE fault_windows (
    position INTEGER, cause VARCHAR, id VARCHAR, injecting_ns BIGINT, gone_ns BIGINT
);
CREATE TABLE scheduled (worker VARCHAR, arrivals BIGINT);
-- Degraded answers that count as bad: those that a contract does not allow; without a contract, none.
CREATE TABLE refused_degraded (worker VARCHAR, sequence BIGINT, step SMALLINT);
CREATE TABLE allowances (
    operation VARCHAR, start_ns BIGINT, end_ns BIGINT, sources VARCHAR[], most_age_s DOUBLE
);
CREATE TABLE strata (stratum INTEGER, start_ns BIGINT);
