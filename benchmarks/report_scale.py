"""How long the report of 50 million requests takes, and how much memory; and how large a report is.

python -m benchmarks.report_scale [--requests 50000000] [--folder FOLDER]

The evidence is written by DuckDB as workers leave it: 30 days, three tiers, four operations, a dozen faults.
The report with the budgets and alerts of six objectives is built by a process of its own, imports included.
Judging is not in it: the report is drawn from a verdict. The yardstick is one scan of the same files by
DuckDB: count and sum of all latencies. A report of a million requests over 20 minutes is built besides.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks._large_run import LargeRun, write_large_run
from benchmarks._measured import Measured, measured
from evidence.run_folder import RunFolder

MOST_S, MOST_BYTES = 30.0, 1e9
MILLION = LargeRun(1_000_000, 1_200)
MOST_PAGE_BYTES = 3e6
"""Of the page of a million requests."""
DAYS_30_S = 30 * 86_400
FAULTS = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the figures; 1 when one is over its limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report_scale", description=__doc__)
    parser.add_argument("--requests", type=int, default=50_000_000)
    parser.add_argument("--folder", type=Path, help="where the evidence is kept; otherwise it is deleted")
    options = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="report-scale-") as temporary:
        place = options.folder or Path(temporary)
        large = _evidence(place, LargeRun(options.requests, DAYS_30_S, FAULTS))
        scan, report = _scanned(large), _built(large)
        million = _evidence(place, MILLION)
        _built(million)
        page_bytes = _page_bytes(million)
    print(
        f"demanded: at most {MOST_S:.0f} s by the clock and {MOST_BYTES / 1e9:g} GB; of a million requests a "
        f"page of at most {MOST_PAGE_BYTES / 1e6:g} MB. The report took {report.cpu_s / scan.cpu_s:.0f} "
        f"times the CPU time of one scan; load average {os.getloadavg()[0]:.1f}"
    )
    missed = report.wall_s > MOST_S or report.peak_bytes > MOST_BYTES or page_bytes > MOST_PAGE_BYTES
    return int(missed)


def _evidence(place: Path, wanted: LargeRun) -> RunFolder:
    """That of an earlier call, where it is kept."""
    runs = place / f"{wanted.requests}-{wanted.duration_s}-{wanted.faults}"
    folder = next((RunFolder(path) for path in runs.glob("*/")), None) or write_large_run(runs, wanted)
    kept_bytes = sum(path.stat().st_size for path in folder.path.glob("requests/*"))
    print(f"{wanted.requests:,} requests, {kept_bytes / 1e6:,.0f} MB of records", flush=True)
    return folder


def _scanned(folder: RunFolder) -> Measured:
    cost = measured((sys.executable, "-m", "benchmarks._one_scan", str(folder.path)))
    print(f"  one scan {_told(cost)}", flush=True)
    return cost


def _built(folder: RunFolder) -> Measured:
    cost = measured((sys.executable, "-m", "benchmarks._report_built", str(folder.path)))
    print(f"  report   {_told(cost)}, report.html {_page_bytes(folder) / 1e6:.2f} MB", flush=True)
    return cost


def _page_bytes(folder: RunFolder) -> int:
    return (folder.path / "report.html").stat().st_size


def _told(cost: Measured) -> str:
    return f"{cost.wall_s:6.1f} s, {cost.cpu_s:6.1f} s of CPU, peak {cost.peak_bytes / 1e9:.2f} GB"


if __name__ == "__main__":
    sys.exit(main())
