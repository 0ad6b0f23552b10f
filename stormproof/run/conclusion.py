"""From evidence to verdict and reports: can be done again at any time from the run folder alone."""

from dataclasses import dataclass

from evidence.run_folder import RunFolder
from evidence.verdict_record import VerdictRecord
from reports.write import ReportFiles, write_reports
from slo.evaluate import Demands, evaluate
from slo.objective import Objective


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a run comes to."""

    folder: RunFolder
    verdict: VerdictRecord
    reports: ReportFiles


def conclude(folder: RunFolder, objectives: tuple[Objective, ...], demands: Demands) -> Conclusion:
    """Judge the evidence, write verdict.json and the reports. Raises InvalidFile for unreadable evidence."""
    verdict = evaluate(folder, objectives, demands)
    folder.write_verdict(verdict)
    return Conclusion(folder, verdict, write_reports(folder, verdict, objectives))
