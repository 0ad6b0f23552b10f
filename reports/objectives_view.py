"""Objectives as they are tabled: the whole run first, then a matrix of phases."""

from collections.abc import Iterable
from dataclasses import dataclass

from evidence.verdict_record import ObjectiveResult
from reports.numbers import format_ms

_INDICATOR_ORDER = ("availability", "latency", "quality", "staleness", "durability", "freshness")


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One objective over the phases: a result for each column, None where it was not computed."""

    objective: ObjectiveResult
    cells: tuple[ObjectiveResult | None, ...]


@dataclass(frozen=True, slots=True)
class PhaseMatrix:
    """Objectives by phase."""

    phases: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


def subject(objective: ObjectiveResult) -> str:
    """Whom or what an objective is about: its tier, and its other labels."""
    tier = objective.labels.get("tier")
    others = [f"{name} {value}" for name, value in sorted(objective.labels.items()) if name != "tier"]
    return ", ".join([*([tier] if tier else []), *others]) or objective.service


def promise(objective: ObjectiveResult) -> str:
    """What an objective promises: its indicator, and the threshold where it has one."""
    if objective.threshold_ms is None:
        return objective.indicator
    return f"{objective.indicator} ≤ {format_ms(objective.threshold_ms)} ms"


def title(objective: ObjectiveResult) -> str:
    """Subject and promise, for a line of text."""
    return f"{subject(objective)}: {promise(objective)}"


def whole_run(objectives: Iterable[ObjectiveResult]) -> tuple[ObjectiveResult, ...]:
    """Those over the whole run: demanded ones first, then by indicator, the strictest promise first."""
    whole = [objective for objective in objectives if objective.phase is None]
    return tuple(sorted(whole, key=lambda objective: (not objective.demanded, *_strictness(objective))))


@dataclass(frozen=True, slots=True)
class TierObjectives:
    """The objectives of one tier, or of whatever else they are about."""

    name: str
    objectives: tuple[ObjectiveResult, ...]


def by_tier(objectives: Iterable[ObjectiveResult]) -> tuple[TierObjectives, ...]:
    """Those over the whole run, by whom they are about: the tier with the strictest promise first."""
    tiers: dict[str, list[ObjectiveResult]] = {}
    for one in whole_run(objectives):
        tiers.setdefault(subject(one), []).append(one)
    return tuple(TierObjectives(name, tuple(of)) for name, of in tiers.items())


def by_phase(objectives: Iterable[ObjectiveResult], phase_order: Iterable[str] = ()) -> PhaseMatrix:
    """The results of single phases as a matrix; phases in the order of the run, then as they come."""
    results = [objective for objective in objectives if objective.phase is not None]
    told = {objective.phase for objective in results}
    phases = [phase for phase in dict.fromkeys(phase_order) if phase in told]
    phases += [
        name
        for name in dict.fromkeys(one.phase for one in results)
        if name is not None and name not in phases
    ]
    rows: dict[tuple[object, ...], dict[str, ObjectiveResult]] = {}
    for one in results:
        rows.setdefault(_identity(one), {})[one.phase or ""] = one
    ordered = sorted(rows.values(), key=lambda cells: _strictness(next(iter(cells.values()))))
    return PhaseMatrix(
        tuple(phases),
        tuple(
            MatrixRow(next(iter(cells.values())), tuple(cells.get(phase) for phase in phases))
            for cells in ordered
        ),
    )


def _identity(objective: ObjectiveResult) -> tuple[object, ...]:
    return (
        objective.service,
        objective.name,
        objective.indicator,
        objective.threshold_ms,
        tuple(sorted(objective.labels.items())),
    )


def _strictness(objective: ObjectiveResult) -> tuple[int, float, float]:
    known = objective.indicator in _INDICATOR_ORDER
    rank = _INDICATOR_ORDER.index(objective.indicator) if known else len(_INDICATOR_ORDER)
    return (rank, -objective.target, objective.threshold_ms or 0.0)
