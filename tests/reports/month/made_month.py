"""A month with something of each kind."""

from dataclasses import replace

from evidence.month_record import (
    DayState,
    Gap,
    MaintenanceUse,
    MonthDay,
    MonthObjective,
    MonthRecord,
    MonthSource,
    SourceKind,
)
from evidence.verdict_record import Validity, Verdict
from tests.reports.made_verdicts import objective

START_NS = 1_793_487_600_000_000_000
"""2026-11-01T00:00 in Berlin."""
HOUR_NS = 3_600_000_000_000
DAY_NS = 24 * HOUR_NS


def day(number: int, state: DayState = DayState.WHOLE, *, bad: int = 0, total: int = 1000) -> MonthDay:
    counted = 0 if state in {DayState.MISSING, DayState.MAINTENANCE} else total
    return MonthDay(
        f"2026-11-{number:02d}",
        state,
        max(counted - bad, 0),
        counted,
        0,
        (counted - bad) / counted if counted else None,
        60 if number == 8 else 0,
        1440 if state is DayState.MISSING else 0,
    )


def month_objective(name: str, verdict: Verdict) -> MonthObjective:
    days = [day(number) for number in range(1, 31)]
    days[6] = day(7, bad=40)
    days[12] = day(13, DayState.MISSING)
    return MonthObjective(
        result=replace(objective("enterprise", 28_960, 29_000, demanded=True), name=name, verdict=verdict),
        left=-12.5,
        minutes_allowed=21.6,
        minutes_spent=33.1,
        excluded=60,
        excluded_bad=7,
        days=tuple(days),
        gaps=(Gap(START_NS + 12 * DAY_NS, START_NS + 13 * DAY_NS),),
        missing_minutes=1440,
        to_come_minutes=0,
    )


def made_month() -> MonthRecord:
    """November 2026 in Berlin: a bad day, a day without data, maintenance, a run that is no evidence."""
    return MonthRecord(
        month="2026-11",
        time_zone="Europe/Berlin",
        start_ns=START_NS,
        end_ns=START_NS + 30 * DAY_NS,
        judged_ns=START_NS + 40 * DAY_NS,
        question="window",
        verdict=Verdict.MISSED,
        reasons=("availability was <b>bad</b>", "run-2 is left out: the run never ended"),
        validity=Validity(True, ()),
        objectives=(month_objective("one", Verdict.MISSED), month_objective("=two", Verdict.NOT_PROVEN)),
        sources=(
            MonthSource("access.csv", SourceKind.TABLE, True, 30_000, 12, ()),
            MonthSource("run-2", SourceKind.RUN, False, 0, 0, ("the run never ended",), invalid=True),
        ),
        maintenance=(
            MaintenanceUse(
                START_NS + 7 * DAY_NS, START_NS + 7 * DAY_NS + HOUR_NS, "disks | <i>", START_NS, 60
            ),
        ),
        notes=("12 requests of the sources lie before or after the month and are not counted",),
    )
