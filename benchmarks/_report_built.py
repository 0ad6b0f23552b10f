"""What report_scale measures: the report of a run. python -m benchmarks._report_built FOLDER"""

import sys
from pathlib import Path

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
    """Builds it from a verdict that is there: what judging costs is told elsewhere."""
    verdict = VerdictRecord(Verdict.NOT_PROVEN, ("not judged",), Validity(valid=True, checks=()), ())
    write_reports(RunFolder(Path(sys.argv[1])), verdict, _OBJECTIVES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
