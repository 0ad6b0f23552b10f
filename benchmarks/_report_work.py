"""What report_scale measures: python -m benchmarks._report_work report|scan FOLDER"""

import sys
from pathlib import Path

import duckdb

from benchmarks._large_run import TIERS
from evidence.run_folder import RunFolder
from evidence.verdict_record import Validity, Verdict, VerdictRecord
from reports.write import write_reports
from slo.promise import Indicator, Objective

_OBJECTIVES = tuple(
    objective
    for tier in TIERS
    for objective in (
        Objective(f"availability-{tier}", "large", Indicator.AVAILABILITY, 0.999, tier=tier),
        Objective(f"latency-{tier}", "large", Indicator.LATENCY, 0.95, tier=tier, threshold_ms=200),
    )
)


def main() -> int:
    """Does it."""
    work, folder = sys.argv[1:]
    {"report": _report, "scan": _scan}[work](Path(folder))
    return 0


def _report(folder: Path) -> None:
    # What judging costs is told elsewhere: the report draws from a verdict that is there.
    verdict = VerdictRecord(Verdict.NOT_PROVEN, ("not judged",), Validity(valid=True, checks=()), ())
    write_reports(RunFolder(folder), verdict, _OBJECTIVES)


def _scan(folder: Path) -> None:
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET enable_progress_bar = false")
        files = [str(one) for one in folder.glob("requests/*.parquet")]
        connection.read_parquet(files).aggregate("count(*), sum(ended_ns - intended_ns)").fetchall()


if __name__ == "__main__":
    sys.exit(main())
