"""What a report shows: the verdict, what is known of the run, and what is not."""

from dataclasses import dataclass

from evidence.run_record import RunRecord
from evidence.verdict_record import CellVerdict, ContractCell, ObjectiveResult, Verdict, VerdictRecord
from reports.contract_view import ContractMatrix, contract_matrix, open_cells
from reports.episodes import EpisodeStory
from reports.fault_story import FaultStory
from reports.history import History
from reports.numbers import format_count, format_duration, format_rate
from reports.objectives_view import PhaseMatrix, TierObjectives, by_phase, by_tier, whole_run
from reports.series import RunSeries
from slo.budget.report import ObjectiveBudget

_MOST_NAMES = 6
"""Of faults beside the verdict; all of them follow."""
MEANINGS = {
    Verdict.MET: "Every promise that the plan demands held, with enough evidence to say so.",
    Verdict.MISSED: "At least one promise that the plan demands did not hold.",
    Verdict.NOT_PROVEN: "Nothing was missed, but the evidence is too thin to say that every promise holds.",
    Verdict.INVALID: "This run is not evidence: the experiment was unsound, so its figures decide nothing.",
}


NOT_EVIDENCE = "What follows was recorded by a run that is not evidence: its verdicts decide nothing."
"""Stands before the figures of an INVALID run."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure that stands beside the verdict."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class ReportModel:
    """Everything that the forms of a report are made from. None where the evidence could not be had."""

    run_id: str
    verdict: VerdictRecord
    run: RunRecord | None
    history: History | None
    series: RunSeries | None
    stories: tuple[FaultStory, ...]
    """One for each fault."""
    episodes: tuple[EpisodeStory, ...]
    """One for what was broken at once for one reason."""
    budgets: tuple[ObjectiveBudget, ...]
    """With the alerts that would have fired; none where the objectives themselves are not at hand."""
    gaps: tuple[str, ...]
    """What this report lacks, and why."""

    @property
    def plan(self) -> str:
        """The plan's name, or the run's id where run.json could not be read."""
        return self.run.plan if self.run else self.run_id

    @property
    def whole_run(self) -> tuple[ObjectiveResult, ...]:
        """Objectives over the whole run."""
        return whole_run(self.verdict.objectives)

    @property
    def by_tier(self) -> tuple[TierObjectives, ...]:
        """The same by tier."""
        return by_tier(self.verdict.objectives)

    @property
    def bound_methods(self) -> tuple[str, ...]:
        """How the bounds of objectives over the whole run were found, each way once."""
        return tuple(dict.fromkeys(one.interval.method for one in self.whole_run if one.interval))

    @property
    def matrix(self) -> PhaseMatrix:
        """Objectives by phase."""
        phases = (phase.name for phase in self.history.phases) if self.history else ()
        return by_phase(self.verdict.objectives, phases)

    @property
    def contract(self) -> ContractMatrix:
        """The contract, by fault and operation."""
        return contract_matrix(self.verdict.contract)

    @property
    def open_cells(self) -> tuple[ContractCell, ...]:
        """What of the contract was violated, or is demanded and lacks evidence."""
        return open_cells(self.verdict.contract)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The figures beside the verdict."""
        about = (self._load(), self._faults(), _trust(self.verdict))
        if self.decides_nothing:
            return about
        contract = _contract(self.verdict) if self.verdict.contract else ()
        return (_demanded(self.verdict), *contract, *about)

    @property
    def decides_nothing(self) -> bool:
        """The run is not evidence: what its figures say of promises is not to be told as if they did."""
        return self.verdict.verdict is Verdict.INVALID

    def _load(self) -> Fact:
        if self.run is None:
            return Fact("load", "not known", "")
        imported = self.run.imported
        arrivals = imported.requests if imported else sum(one.arrivals for one in self.run.scheduled)
        if not arrivals:
            return Fact("load", "none scheduled", "")
        duration_s = self.series.offered_s if self.series else 0.0
        note = (
            f"{format_rate(arrivals / duration_s)}/s over {format_duration(duration_s)}" if duration_s else ""
        )
        if imported:
            return Fact(f"load, from {imported.format}", f"{format_count(arrivals)} requests", note)
        return Fact("load", f"{format_count(arrivals)} arrivals", note)

    def _faults(self) -> Fact:
        if not self.stories:
            return Fact("faults", "none on record", "")
        sound = sum(story.felt and story.healed for story in self.stories)
        names = tuple(dict.fromkeys(episode.name for episode in self.episodes))
        told = names if len(names) <= _MOST_NAMES else names[: _MOST_NAMES - 1]
        more = f" and {len(names) - len(told)} more" if len(told) < len(names) else ""
        return Fact("faults", f"{sound} of {len(self.stories)} felt and healed", ", ".join(told) + more)


def _demanded(verdict: VerdictRecord) -> Fact:
    demanded = [objective for objective in verdict.objectives if objective.demanded]
    if not demanded:
        return Fact("demanded objectives", "none", f"{_told(verdict)} told, not demanded")
    met = sum(objective.verdict is Verdict.MET for objective in demanded)
    note = f"{_told(verdict)} more told, not demanded" if _told(verdict) else ""
    return Fact("demanded objectives", f"{met} of {len(demanded)} met", note)


def _told(verdict: VerdictRecord) -> int:
    """Objectives over the whole run that nobody demands."""
    return sum(not one.demanded and one.phase is None for one in verdict.objectives)


def _contract(verdict: VerdictRecord) -> tuple[Fact, ...]:
    cells = verdict.contract
    proved = sum(cell.verdict is CellVerdict.PROVED for cell in cells)
    violated = sum(cell.verdict is CellVerdict.VIOLATED for cell in cells)
    note = f"{format_count(violated)} violated, {format_count(len(cells) - proved - violated)} not exercised"
    return (Fact("contract", f"{format_count(proved)} of {format_count(len(cells))} cells proved", note),)


def _trust(verdict: VerdictRecord) -> Fact:
    checks = verdict.validity.checks
    held = sum(check.held for check in checks)
    value = f"{held} of {len(checks)} checks held" if checks else "nothing checked"
    return Fact("validity", value, "the run is evidence" if verdict.validity.valid else "not evidence")
