"""From what was counted in a month to its record: the room's front door."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from evidence.month_record import (
    DayState,
    MaintenanceUse,
    MonthDay,
    MonthObjective,
    MonthRecord,
)
from evidence.verdict_record import Validity, Verdict
from slo.evaluate import Demands, check_demands, is_demanded, objective_result, verdict_reasons
from slo.months.blocks import ObjectiveBlocks, tally_blocks
from slo.months.counted import Counted, CountedObjective
from slo.months.grid import Grid, gaps, maintained_minutes
from slo.months.maintenance import MaintenanceWindow
from slo.months.month import InvalidMonth
from slo.months.unseen import Unseen, with_unseen
from slo.verdicts import budget, overall

type MonthQuestion = Literal["inference", "window"]


@dataclass(frozen=True, slots=True)
class MonthDemands:
    """What the verdict of a month rests on."""

    objectives: frozenset[str]
    """By name; the others are told and decide nothing."""
    question: MonthQuestion
    """window: did the month meet it, by the requests that were counted; inference: would the service, of
    whose month they are a sample."""
    count_gaps_as_bad: bool = False


def judge_month(
    grid: Grid,
    counted: Counted,
    windows: tuple[MaintenanceWindow, ...],
    demands: MonthDemands,
    now_ns: int,
) -> MonthRecord:
    """What the month was, as far as there is evidence of it. Writes nothing.

    Raises UnknownDemand for a name that none of the objectives has, and InvalidMonth for a month that has not
    begun.
    """
    month = grid.month
    if month.span.start_ns >= now_ns:
        raise InvalidMonth(f"{month.title} has not begun.")
    promises = tuple(one.objective for one in counted.objectives)
    named = Demands(demands.objectives, demands.question)
    check_demands(promises, named)
    objectives = tuple(_objective(grid, one, demands, named) for one in counted.objectives)
    validity = _validity(counted)
    demanded = tuple(one.result for one in objectives if one.result.demanded)
    verdict = overall(validity, demanded)
    reasons = [*verdict_reasons(validity, demanded, ())]
    if verdict is not Verdict.INVALID:
        reasons += [check.reason for check in counted.broken_checks]
    return MonthRecord(
        month=month.name,
        time_zone=month.zone.key,
        start_ns=month.span.start_ns,
        end_ns=month.span.end_ns,
        judged_ns=now_ns,
        question=demands.question,
        verdict=verdict,
        reasons=tuple(reasons),
        validity=validity,
        objectives=objectives,
        sources=counted.sources,
        maintenance=tuple(
            MaintenanceUse(
                one.start_ns, one.end_ns, one.reason, one.announced_ns, maintained_minutes(one, month)
            )
            for one in windows
        ),
        notes=tuple(_notes(grid, counted, windows)),
    )


def _validity(counted: Counted) -> Validity:
    """INVALID is only a month all of whose sources are; of others, what is not evidence is missing."""
    invalid = [source for source in counted.sources if source.invalid]
    valid = not invalid or any(source.used for source in counted.sources)
    return Validity(valid, counted.broken_checks)


def _objective(grid: Grid, one: CountedObjective, demands: MonthDemands, named: Demands) -> MonthObjective:
    objective, minute = one.objective, grid.minute_of(one.blocks.start_ns)
    maintained = grid.maintained[minute]
    kept, excluded = one.blocks.chosen(~maintained), one.blocks.chosen(maintained)
    lacking = one.lacking & grid.kept
    counted = tally_blocks(kept, objective)
    unseen = Unseen(int((grid.kept & ~lacking).sum()), int(lacking.sum()), int(grid.to_come.sum()))
    result = with_unseen(
        objective_result(objective, counted, demands.question, demanded=is_demanded(objective, named)),
        objective,
        counted,
        unseen,
        demands.question,
        count_as_bad=demands.count_gaps_as_bad,
    )
    if one.note is not None and result.unknown:
        result = replace(result, reason=f"{result.reason}; {one.note}")
    minutes_allowed = float(1 - objective.exact_target) * int((~grid.maintained).sum())
    return MonthObjective(
        result=result,
        left=budget(objective, counted.total) - counted.bad,
        minutes_allowed=minutes_allowed,
        minutes_spent=None if result.consumed is None else result.consumed * minutes_allowed,
        excluded=int(excluded.total.sum()),
        excluded_bad=int((excluded.total - excluded.good - excluded.unknown).sum()),
        days=tuple(_days(grid, one, kept, excluded)),
        gaps=gaps(grid, lacking),
        missing_minutes=unseen.missing,
        to_come_minutes=unseen.to_come,
    )


def _days(
    grid: Grid, one: CountedObjective, kept: ObjectiveBlocks, excluded: ObjectiveBlocks
) -> Iterator[MonthDay]:
    kept_day = grid.day[grid.minute_of(kept.start_ns)]
    excluded_day = grid.day[grid.minute_of(excluded.start_ns)]
    lacking = one.lacking & grid.kept
    for position, day in enumerate(grid.month.days):
        of_day = grid.day == position
        missing = int((lacking & of_day).sum())
        counted = tally_blocks(kept.chosen(kept_day == position), one.objective)
        yield MonthDay(
            date=day.date.isoformat(),
            state=_state(
                should=int((grid.kept & of_day).sum()),
                missing=missing,
                to_come=bool((grid.to_come & of_day).any()),
            ),
            good=counted.good,
            total=counted.total,
            unknown=counted.unknown,
            ratio=counted.good / counted.total if counted.total and not counted.unknown else None,
            excluded=int(excluded.total[excluded_day == position].sum()),
            missing_minutes=missing,
        )


def _state(*, should: int, missing: int, to_come: bool) -> DayState:
    if not should:
        return DayState.TO_COME if to_come else DayState.MAINTENANCE
    if missing == should:
        return DayState.MISSING
    return DayState.PARTLY if missing or to_come else DayState.WHOLE


def _notes(grid: Grid, counted: Counted, windows: tuple[MaintenanceWindow, ...]) -> Iterator[str]:
    outside = [one for one in windows if not maintained_minutes(one, grid.month)]
    if outside:
        are = "window lies" if len(outside) == 1 else "windows lie"
        yield f"{len(outside):,} declared maintenance {are} outside the month and changed nothing"
    clipped = [
        one
        for one in windows
        if one not in outside
        and (one.start_ns < grid.month.span.start_ns or one.end_ns > grid.month.span.end_ns)
    ]
    for one in clipped:
        yield f"maintenance for {one.reason!r} reaches beyond the month: only its part inside is left out"
    beside = sum(source.outside for source in counted.sources)
    if beside:
        yield f"{beside:,} requests of the sources lie before or after the month and are not counted"
    yield from dict.fromkeys(one.note for one in counted.objectives if one.note)
