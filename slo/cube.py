"""Everything that objectives count, from one scan of the requests.

Requests are grouped by what objectives choose, by the windows and stretches of time that they ask about,
and by whether they are good: classes of latency end exactly at the objectives' thresholds. So counts are
exact, and there are as many as there are combinations, however many requests there were. Every objective is
then counted from these.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slo.choice import Choice, Keys
from slo.evidence_view import Columns
from slo.ladder import ladder
from slo.promise import Objective
from slo.questions import Questions
from slo.sql import query
from slo.windows import Span


@dataclass(frozen=True, slots=True)
class Grid:
    """Stretches of time of one length, one after another; 0 begins at the origin."""

    origin_ns: int
    length_ns: int

    def number_of(self, instant: str) -> str:
        """SQL: which stretch an instant is in."""
        since = instant if self.origin_ns == 0 else f"({instant} - {self.origin_ns})"
        return f"{since} // {self.length_ns}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be counted: an objective by stretches of a grid, of all time or within a span."""

    objective: Objective
    grid: Grid
    within: Span | None = None


@dataclass(frozen=True, slots=True)
class Cube:
    """The table `cube` of a connection, and where its classes begin."""

    evidence: Questions
    keys: Keys
    grids: tuple[Grid, ...]
    thresholds_ns: tuple[int, ...]
    bounds_ns: tuple[int, ...]
    """Where periods begin, but the first."""

    def counted(self, asked: Asked) -> Columns:
        """Of each phase, stratum and stretch of time: total, good, unknown, first_ns, last_ns; ordered by
        stratum and block. `asked` must be one of those that the cube was made for.
        """
        objective, within = asked.objective, asked.within
        threshold_ns = objective.threshold_ns
        return self.evidence.columns(
            query("count_by_block", {"$grid": _name(self.grids.index(asked.grid))}),
            {
                **self.keys.numbers(Choice.of(objective)),
                "speed": None if threshold_ns is None else bisect_left(self.thresholds_ns, threshold_ns),
                "first_period": 0 if within is None else bisect_right(self.bounds_ns, within.start_ns),
                "last_period": len(self.bounds_ns)
                if within is None
                else bisect_left(self.bounds_ns, within.end_ns),
            },
        )


def fill_cube(evidence: Questions, asked: Sequence[Asked]) -> Cube:
    """Scan the requests once for all that is `asked`. Replaces the cube that was there."""
    grids = tuple(dict.fromkeys(one.grid for one in asked))
    thresholds_ns = _distinct(one.objective.threshold_ns for one in asked)
    spans = [one.within for one in asked if one.within is not None]
    bounds_ns = _distinct([*(one.start_ns for one in spans), *(one.end_ns for one in spans)])
    keys = Keys.of(Choice.of(one.objective) for one in asked)
    text = query(
        "cube",
        {
            "$keys": keys.sql,
            "$stratum": stratum_at(evidence),
            "$period": _period(evidence, bounds_ns),
            "$grids": ", ".join(
                f"{grid.number_of('intended_ns')} AS {_name(position)}" for position, grid in enumerate(grids)
            ),
            "$speed": ladder("latency_ns", ((at + 1, str(n)) for n, at in enumerate(thresholds_ns, 1)), "0"),
        },
    )
    evidence.rows(text)
    return Cube(evidence, keys, grids, thresholds_ns, bounds_ns)


def stratum_at(evidence: Questions) -> str:
    """SQL: in which stretch of the experiment `intended_ns` is; -1 before the first."""
    strata = evidence.rows(query("strata_starts"))
    return ladder("intended_ns", ((int(at), str(int(number))) for number, at in strata), "-1")


def _name(position: int) -> str:
    return f"block_{position}"


def _distinct(values: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(sorted({one for one in values if one is not None}))


def _period(evidence: Questions, bounds_ns: tuple[int, ...]) -> str:
    """SQL: how many bounds `intended_ns` is at or beyond. Only those that part the requests are compared:
    most windows are longer than what is recorded."""
    first_ns, last_ns = evidence.rows(query("recorded_span"))[0]
    if first_ns is None:
        return "0"
    steps = ((at, str(n)) for n, at in enumerate(bounds_ns, 1) if int(first_ns) < at <= int(last_ns))
    return ladder("intended_ns", steps, str(bisect_right(bounds_ns, int(first_ns))))
