"""From run folders to a comparison: the room's front door."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evidence.comparison_record import (
    CellChange,
    Change,
    ChangeVerdict,
    ComparedRun,
    ComparisonRecord,
    Figure,
    LeastEffects,
    RunDifference,
    Side,
)
from evidence.run_folder import RunFolder
from evidence.verdict_record import Validity, VerdictRecord
from slo.comparison.cells import cell_changes
from slo.comparison.changes import changes
from slo.comparison.comparability import Told, barring, run_differences
from slo.comparison.decision import METHOD, overall
from slo.comparison.figures import RunFigures, run_figures
from slo.comparison.requests import read_requests
from slo.comparison.scopes import common_scopes
from slo.comparison.wording import told_least
from slo.evidence_view import open_evidence
from slo.validity.judge import check_validity

_ONE_RUN_A_SIDE = (
    "One run a side: what differs from run to run by chance (the machine, caches, where a fault met the "
    "load) is not in these bounds, but for what is said to be known of it. With several runs a side it is."
)
_SEVERAL = "What differs from run to run beyond the runs' own noise widens the bounds (a random effect)."


@dataclass(frozen=True, slots=True)
class Sides:
    """Which runs are compared with which: at least one each."""

    before: tuple[RunFolder, ...]
    after: tuple[RunFolder, ...]
    latency_spread: float = 0.0
    """Known beforehand of such runs: the relative standard deviation of latency from one to the next."""

    @property
    def runs(self) -> tuple[tuple[RunFolder, Side], ...]:
        """All of them."""
        return (
            *((run, Side.BEFORE) for run in self.before),
            *((run, Side.AFTER) for run in self.after),
        )


@dataclass(frozen=True, slots=True)
class _Read:
    told: Told
    verdict: VerdictRecord | None
    validity: Validity
    side: Side

    @property
    def compared(self) -> ComparedRun:
        run = self.told.record
        return ComparedRun(
            id=run.id,
            side=self.side,
            plan=run.plan,
            target=run.target,
            started_ns=run.started_ns,
            requests=self.told.requests.count,
            verdict=None if self.verdict is None else self.verdict.verdict.value,
            not_evidence=tuple(check.reason for check in self.validity.checks if not check.held),
        )


def compare(
    sides: Sides, least: LeastEffects | None = None, accepted: frozenset[str] = frozenset()
) -> ComparisonRecord:
    """What changed from the runs before to those after. Writes nothing.

    `accepted` names differences between the runs that are meant. Where a run is no evidence, or the runs
    differ in what bars a comparison, no figure is compared. Raises InvalidFile for evidence that cannot be
    read.
    """
    effects = LeastEffects() if least is None else least
    runs = tuple(_read(folder, side) for folder, side in sides.runs)
    differences = run_differences([run.told for run in runs], accepted)
    compared = tuple(run.compared for run in runs)
    unsound = tuple(_unsound(compared, differences))
    if unsound:
        return ComparisonRecord(
            ChangeVerdict.INVALID,
            unsound,
            compared,
            effects,
            differences,
            (),
            (),
            _method(sides),
            latency_spread=sides.latency_spread,
        )
    figures = _figures(runs)
    found = changes(*_by_side(runs, figures), effects, sides.latency_spread)
    cells = _cells(runs)
    verdict = overall(
        [one.verdict for one in found] + [one.verdict for one in cells],
        [one.verdict for one in found if one.decides] + [one.verdict for one in cells if one.decides],
    )
    return ComparisonRecord(
        verdict,
        tuple(_reasons(verdict, found, cells, effects)),
        compared,
        effects,
        differences,
        found,
        cells,
        _method(sides),
        tuple(_gaps(runs, figures)),
        sides.latency_spread,
    )


def _read(folder: RunFolder, side: Side) -> _Read:
    verdict = folder.read_verdict() if folder.verdict_file.exists() else None
    with open_evidence(folder) as evidence:
        validity = check_validity(evidence, evidence.run.experiments) if verdict is None else verdict.validity
        return _Read(Told(evidence.run, read_requests(evidence)), verdict, validity, side)


def _figures(runs: Sequence[_Read]) -> tuple[RunFigures, ...]:
    """Of each run; recoveries only where every run was judged by that objective."""
    scopes = common_scopes([run.told.requests for run in runs])
    found = [run_figures(run.told.requests, scopes, run.verdict) for run in runs]
    everywhere = set.intersection(*(set(one) for one in found))
    return tuple(
        {key: figure for key, figure in one.items() if key.figure is not Figure.RECOVERY or key in everywhere}
        for one in found
    )


def _by_side[T](runs: Sequence[_Read], values: Sequence[T]) -> tuple[list[T], list[T]]:
    pairs = list(zip(runs, values, strict=True))
    return (
        [value for run, value in pairs if run.side is Side.BEFORE],
        [value for run, value in pairs if run.side is Side.AFTER],
    )


def _cells(runs: Sequence[_Read]) -> tuple[CellChange, ...]:
    verdicts = [run.verdict for run in runs if run.verdict is not None]
    return cell_changes(*_by_side(runs, verdicts)) if len(verdicts) == len(runs) else ()


def _unsound(runs: Sequence[ComparedRun], differences: Sequence[RunDifference]) -> Iterator[str]:
    for run in runs:
        if run.not_evidence:
            yield f"{run.id} is no evidence: {'; '.join(run.not_evidence)}"
        elif not run.requests:
            yield f"{run.id} has no request that counts"
    for one in barring(differences):
        told = "; ".join(f"{run.id}: {value}" for run, value in zip(runs, one.values, strict=True))
        yield f"the runs cannot be compared: not the same {one.name} ({told})"


def _reasons(
    verdict: ChangeVerdict, found: Sequence[Change], cells: Sequence[CellChange], least: LeastEffects
) -> Iterator[str]:
    """The worst first; of what is not proven, what would prove it."""
    for kind in (ChangeVerdict.REGRESSED, ChangeVerdict.IMPROVED):
        for cell in cells:
            if cell.verdict is kind:
                yield (
                    f"{kind}: under {cell.fault}, {cell.operation} {cell.promise}; "
                    f"before: {cell.observed_before}, after: {cell.observed_after}"
                )
        yield from _told(kind, [one for one in found if one.verdict is kind])
    for one in found:
        if one.decides and one.verdict is ChangeVerdict.NOT_PROVEN:
            yield f"{one.verdict}: {one.reason}; {one.needs}"
    for cell in cells:
        if cell.decides and cell.verdict is ChangeVerdict.NOT_PROVEN:
            yield (
                f"{cell.verdict}: under {cell.fault}, {cell.operation} {cell.promise}: "
                f"{', '.join(cell.before)} before, {', '.join(cell.after)} after"
            )
    if verdict is ChangeVerdict.NO_CHANGE:
        figures = dict.fromkeys(one.figure for one in found if one.decides)
        told = ", ".join(f"{figure.value} {told_least(figure, least)}" for figure in figures)
        count = sum(one.decides for one in found)
        yield f"whatever changed in the {count} figures that decide is less than what matters: {told}"


def _told(kind: ChangeVerdict, changed: Sequence[Change]) -> Iterator[str]:
    """Those that decide first; of what improved in parts of the run, only how much."""
    parts = 0
    for one in sorted(changed, key=_urgency):
        if one.decides or kind is ChangeVerdict.REGRESSED:
            yield f"{kind}: {one.reason}"
        else:
            parts += 1
    if parts:
        yield f"{kind}: {parts:,} more figures, by tier, phase and fault"


def _urgency(one: Change) -> tuple[bool, float]:
    return (not one.decides, one.p_value if one.p_value is not None else 1.0)


def _gaps(runs: Sequence[_Read], figures: Sequence[RunFigures]) -> Iterator[str]:
    unjudged = [run for run in runs if run.verdict is None]
    for run in unjudged:
        yield f"{run.told.record.id} was not judged: recovery and contract are not compared"
    recovered = any(key.figure is Figure.RECOVERY for one in figures for key in one)
    faults = any(run.told.requests.faults for run in runs)
    if faults and not unjudged and not recovered:
        yield "no objective tells of the same fault, in every run, when it was over: recovery is not compared"


def _method(sides: Sides) -> tuple[str, ...]:
    known = f"Latency is taken to differ from run to run by {sides.latency_spread:.1%} (standard deviation)."
    several = len(sides.before) + len(sides.after) > 2
    return (*METHOD, *([known] if sides.latency_spread else ()), _SEVERAL if several else _ONE_RUN_A_SIDE)
