"""How late arrivals are dispatched at rising rates, beside what gevent.sleep itself costs in the same run.

python -m benchmarks.dispatch_lag [--rates 200 1000 2000 3000] [--duration-s 5]

The generator runs as it always does, recording included, against the trivial server of the tests; both share
the machine with whatever else runs on it.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import yaml

from evidence.record_reader import record_files
from evidence.request_record import REQUESTS
from evidence.sample_record import SAMPLES
from loadtests.command import GeneratorOptions, generator_command

RATES_PER_S = (200, 1000, 2000, 3000)
LIMIT_MS = 10.0
"""Dispatch lag p99 above this makes a run INVALID."""

_YARDSTICK = """
import time, gevent
late_ms = []
for number in range(1000):
    wait_us = 1000 + 2 * number
    due_ns = time.monotonic_ns() + wait_us * 1000
    gevent.sleep(wait_us / 1e6)
    late_ms.append((time.monotonic_ns() - due_ns) / 1e6)
late_ms.sort()
print(late_ms[500], late_ms[990], late_ms[999])
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints one row a rate; 0 when no rate was over the limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dispatch_lag", description=__doc__)
    parser.add_argument("--rates", type=int, nargs="+", default=RATES_PER_S)
    parser.add_argument("--duration-s", type=float, default=5.0)
    options = parser.parse_args(arguments)
    print("dispatch lag, ms             p50      p99    p99.9   CPU ratio   requests not ok")
    print(f"yardstick: gevent.sleep {row(yardstick_ms())}")
    worst_ms = 0.0
    for rate_per_s in options.rates:
        with tempfile.TemporaryDirectory(prefix="stormproof-bench-") as folder:
            lags_ms, cpu_ratio, not_ok = measure(Path(folder), rate_per_s, options.duration_s)
        print(f"{rate_per_s:>14} arrivals/s {row(lags_ms)} {cpu_ratio:11.2f} {not_ok:17d}")
        worst_ms = max(worst_ms, lags_ms[1])
    print(f"worst p99 {worst_ms:.2f} ms; a run is valid up to {LIMIT_MS:g} ms")
    return int(worst_ms > LIMIT_MS)


def row(lags_ms: tuple[float, float, float]) -> str:
    """Three columns."""
    return "".join(f"{lag_ms:9.2f}" for lag_ms in lags_ms)


def yardstick_ms() -> tuple[float, float, float]:
    """How much later than asked gevent.sleep wakes, with nothing else to do: p50, p99, p99.9."""
    done = subprocess.run((sys.executable, "-c", _YARDSTICK), capture_output=True, text=True, check=True)
    p50, p99, p999 = (float(value) for value in done.stdout.split())
    return p50, p99, p999


def measure(
    folder: Path, rate_per_s: float, duration_s: float
) -> tuple[tuple[float, float, float], float, int]:
    """Lag percentiles in ms, the generator's median CPU ratio, how many requests were not ok."""
    scenario = folder / "scenario.yaml"
    persona = {"name": "p", "rate_per_s": rate_per_s, "operations": [{"name": "ping", "weight": 1}]}
    content = {"name": "lag", "duration_s": duration_s, "operations": [{"name": "ping", "path": "/"}]}
    scenario.write_text(yaml.safe_dump({**content, "personas": [persona]}))
    with subprocess.Popen(
        (sys.executable, "-m", "tests.loadtests.small_server"), stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{int(server.stdout.readline())}"
        try:
            options = GeneratorOptions(scenario, url, folder)
            subprocess.run(generator_command(options), capture_output=True, check=True)
        finally:
            server.terminate()
            server.communicate()
    return _read(folder)


def _read(folder: Path) -> tuple[tuple[float, float, float], float, int]:
    ((p50, p99, p999, not_ok),) = duckdb.execute(
        "SELECT quantile_cont(lag_ms, 0.5), quantile_cont(lag_ms, 0.99), quantile_cont(lag_ms, 0.999), "
        "count(*) FILTER (outcome <> 'ok') "
        "FROM (SELECT *, (started_ns - intended_ns) / 1e6 AS lag_ms FROM read_parquet($files))",
        {"files": [str(file) for file in record_files(folder, REQUESTS).parquet]},
    ).fetchall()
    ((cpu_ratio,),) = duckdb.execute(
        "SELECT median(value) FROM read_parquet($files) WHERE name = 'process_cpu_ratio'",
        {"files": [str(file) for file in record_files(folder, SAMPLES).parquet]},
    ).fetchall()
    return (p50, p99, p999), float(cpu_ratio), int(not_ok)


if __name__ == "__main__":
    sys.exit(main())
