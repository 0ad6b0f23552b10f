"""How long the demo takes, and whether its generator kept its schedule.

python -m benchmarks.demo [--empty-caches]

Yardstick: the load itself, which no machine can shorten; the rest is set-up, seeding, verdict and clean-up.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from evidence.run_folder import RunFolder

LIMIT_S = 240.0
LIMIT_EMPTY_CACHES_S = 360.0
LEAST_RATE_PER_S = 200.0
LAG_LIMIT_MS = 10.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo once and print its figures; 1 when one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--empty-caches", action="store_true", help="download every program again")
    empty: bool = parser.parse_args(arguments).empty_caches
    with tempfile.TemporaryDirectory(prefix="stormproof-bench-") as folder:
        Path(folder).chmod(0o755)  # the parts' unprivileged user must reach its data
        environment = dict(os.environ)
        if empty:
            environment["STORMPROOF_HOME"] = f"{folder}/home"
            environment["UV_CACHE_DIR"] = f"{folder}/uv"
        runs = Path(folder) / "runs"
        started_s = time.monotonic()
        ended = subprocess.run(
            (sys.executable, "-m", "stormproof", "demo", "--runs", str(runs)),
            cwd=folder,
            env=environment,
            check=False,
            stdout=subprocess.DEVNULL,
        )
        took_s = time.monotonic() - started_s
        return _print_figures(RunFolder(next(runs.iterdir())), took_s, ended.returncode, empty=empty)


def _print_figures(run: RunFolder, took_s: float, exit_code: int, *, empty: bool) -> int:
    record, verdict = run.read_run(), run.read_verdict()
    checks = {check.name: check.observed for check in verdict.validity.checks}
    lag_ms = checks["dispatch-lag-p99-ms"]
    arrivals = sum(one.arrivals for one in record.scheduled)
    load_s = ((record.ended_ns or 0) - (record.load_start_ns or 0)) / 1e9
    limit_s = LIMIT_EMPTY_CACHES_S if empty else LIMIT_S
    rate_per_s = arrivals / load_s
    print(f"demo, {'empty' if empty else 'filled'} caches: {took_s:.0f} s (limit {limit_s:.0f} s)")
    print(f"of it under load: {load_s:.0f} s, ratio {took_s / load_s:.2f}")
    print(f"offered: {rate_per_s:.1f} requests/s (limit {LEAST_RATE_PER_S:.0f})")
    print(
        f"dispatch lag p99: {lag_ms if lag_ms is None else round(lag_ms, 2)} ms (limit {LAG_LIMIT_MS:.0f} ms)"
    )
    print(f"verdict: {verdict.verdict.value}, exit code {exit_code}")
    kept = lag_ms is not None and lag_ms <= LAG_LIMIT_MS and rate_per_s >= LEAST_RATE_PER_S
    return 0 if kept and took_s <= limit_s and exit_code == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
