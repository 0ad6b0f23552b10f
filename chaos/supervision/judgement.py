"""All rules, and the verdict that follows from what they find."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from chaos.supervision.experiment_file import ExperimentFile
from chaos.supervision.file_rules.accepting_tolerance import check_accepting_tolerance
from chaos.supervision.file_rules.idle_probe import check_idle_probe
from chaos.supervision.file_rules.ignored_time_limit import check_ignored_time_limit
from chaos.supervision.file_rules.no_rollbacks import check_no_rollbacks
from chaos.supervision.file_rules.nothing_asked import check_nothing_asked
from chaos.supervision.file_rules.nothing_broken import check_nothing_broken
from chaos.supervision.file_rules.untold_fault import check_untold_fault
from chaos.supervision.run_rules.cut_short import check_cut_short
from chaos.supervision.run_rules.deviated import check_deviated, check_never_asked
from chaos.supervision.run_rules.dry_run import check_dry_run
from chaos.supervision.run_rules.failed_activity import check_failed_activity, check_failed_rollback
from chaos.supervision.run_rules.failed_control import check_failed_control
from chaos.supervision.run_rules.no_journal import check_no_journal
from chaos.supervision.run_rules.overrun import check_overrun
from chaos.supervision.run_rules.unfailing_tolerance import check_unfailing_tolerance
from chaos.supervision.run_rules.unproved_fault import check_unproved_fault
from chaos.supervision.run_rules.unsteady_before import check_unsteady_before
from chaos.supervision.supervised_run import SupervisedRun
from evidence.experiment_record import Finding
from evidence.verdict_record import Verdict

FILE_RULES: tuple[Callable[[ExperimentFile], Iterator[Finding]], ...] = (
    check_nothing_broken,
    check_untold_fault,
    check_nothing_asked,
    check_accepting_tolerance,
    check_idle_probe,
    check_ignored_time_limit,
    check_no_rollbacks,
)
RUN_RULES: tuple[Callable[[SupervisedRun], Iterator[Finding]], ...] = (
    check_no_journal,
    check_dry_run,
    check_unsteady_before,
    check_cut_short,
    check_failed_control,
    check_failed_activity,
    check_overrun,
    check_failed_rollback,
    check_unproved_fault,
    check_never_asked,
    check_deviated,
    check_unfailing_tolerance,
)
_URGENCY = (Verdict.INVALID, Verdict.MISSED, Verdict.NOT_PROVEN, None)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an experiment came to, and why."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    """The weightiest first."""


def check(experiment: ExperimentFile) -> tuple[Finding, ...]:
    """What the file alone gives away."""
    return _sorted(finding for rule in FILE_RULES for finding in rule(experiment))


def judge(run: SupervisedRun) -> Judgement:
    """INVALID wins over everything, then MISSED, then NOT PROVEN; MET where nothing speaks against it."""
    found = (finding for rule in RUN_RULES for finding in rule(run))
    findings = _sorted((*check(run.experiment), *found))
    verdicts = {finding.verdict for finding in findings}
    verdict = next((one for one in _URGENCY if one is not None and one in verdicts), Verdict.MET)
    return Judgement(verdict, findings)


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda one: _URGENCY.index(one.verdict)))
