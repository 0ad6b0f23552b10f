"""How long the report of 50 million requests takes, and how much memory.

python -m benchmarks.report_scale [--requests 50000000]

The evidence is written by DuckDB into a temporary folder: 30 days, three tiers, four operations, three
faults. The report is built by a process of its own, whose time and largest resident memory are taken. The
yardstick is one scan of the same files by DuckDB: count and sum of all latencies.
"""

import argparse
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks._large_run import LargeRun, write_large_run
from evidence.run_folder import RunFolder
from evidence.verdict_record import Validity, Verdict, VerdictRecord
from reports.write import write_reports

MOST_S, MOST_MB = 30.0, 1_000.0
DAYS_30_S = 30 * 86_400
_KB_PER_MB = 1_000


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process."""

    took_s: float
    largest_mb: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the figures; 1 when one is over its limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report_scale", description=__doc__)
    parser.add_argument("--requests", type=int, default=50_000_000)
    count: int = parser.parse_args(arguments).requests
    with TemporaryDirectory(prefix="report-scale-") as place:
        folder = write_large_run(Path(place), LargeRun(count, DAYS_30_S))
        megabytes = sum(path.stat().st_size for path in folder.path.glob("requests/*")) / 1e6
        print(f"{count:,} requests, {megabytes:,.0f} MB of records")
        told("yardstick: one scan", measured(_scan, folder.path))
        cost = measured(_report, folder.path)
        told("report", cost)
        page = (folder.path / "report.html").stat().st_size / 1e6
        print(f"report.html: {page:.2f} MB; at most {MOST_S:.0f} s and {MOST_MB:,.0f} MB of memory")
    return int(cost.took_s > MOST_S or cost.largest_mb > MOST_MB)


def measured(work: Callable[[Path], None], path: Path) -> Cost:
    """What `work` costs in a process of its own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(work, path, theirs))
    process.start()
    theirs.close()
    try:
        cost = ours.recv()
    finally:
        process.join()
    assert isinstance(cost, Cost)
    return cost


def told(name: str, cost: Cost) -> None:
    """Prints it."""
    print(f"{name:24}{cost.took_s:>8.1f} s{cost.largest_mb:>10,.0f} MB", flush=True)


def _measure(work: Callable[[Path], None], path: Path, answer: Connection) -> None:
    began_s = time.perf_counter()
    work(path)
    took_s = time.perf_counter() - began_s
    answer.send(Cost(took_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KB_PER_MB))


def _scan(path: Path) -> None:
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET enable_progress_bar = false")
        files = [str(one) for one in path.glob("requests/*.parquet")]
        connection.read_parquet(files).aggregate("count(*), sum(ended_ns - intended_ns)").fetchall()


def _report(path: Path) -> None:
    # What judging costs is told elsewhere: the report draws from a verdict that is there.
    verdict = VerdictRecord(Verdict.NOT_PROVEN, ("not judged",), Validity(valid=True, checks=()), ())
    write_reports(RunFolder(path), verdict)


if __name__ == "__main__":
    sys.exit(main())
