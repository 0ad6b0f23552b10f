"""The yardstick of report_scale, count and sum of all latencies: python -m benchmarks._one_scan FOLDER"""

import sys
from pathlib import Path

import duckdb


def main() -> int:
    """Asks DuckDB alone."""
    files = [str(one) for one in Path(sys.argv[1]).glob("requests/*.parquet")]
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.read_parquet(files).aggregate("count(*), sum(ended_ns - intended_ns)").fetchall()
    return 0


if __name__ == "__main__":
    sys.exit(main())
