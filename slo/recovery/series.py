"""The good requests around each fault, in buckets that are short enough to place a change.

All selections are counted around all faults from one scan of the requests.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from slo.choice import Choice, Keys
from slo.evidence_view import Evidence
from slo.ladder import ladder
from slo.recovery.segments import Bucket
from slo.recovery.surroundings import Surroundings
from slo.sql import query

_SHORTEST_NS = 100_000_000
MOST_BUCKETS = 1500
"""Finding changes takes time that grows with its square: 1,500 take about 0.05 s."""
_BEFORE = -1


@dataclass(frozen=True, slots=True)
class Selection:
    """Which requests, and what makes them good."""

    choice: Choice = field(default_factory=Choice)
    threshold_ns: int | None = None
    full: bool = False
    """Good is only what ended ok: not what was degraded."""


@dataclass(frozen=True, slots=True)
class Series:
    """What counts around one fault. A request that met the next fault, too, is not in it."""

    before: Bucket
    """Requests that ended before it."""
    since: tuple[Bucket, ...]
    """From its start on, those without requests too."""
    bucket_ns: int

    @property
    def before_ratio(self) -> float | None:
        """Share of good requests before the fault; None without requests."""
        return self.before.good / self.before.total if self.before.total else None


@dataclass(frozen=True, slots=True)
class Courses:
    """The table `courses` of a connection, and what its numbers mean."""

    evidence: Evidence
    around: tuple[Surroundings, ...]
    keys: Keys
    thresholds_ns: tuple[int, ...]

    def series(self, selection: Selection, around: Surroundings) -> Series:
        """The good of a selection around one fault; the table must be filled for both."""
        threshold_ns = selection.threshold_ns
        parameters = {
            **self.keys.numbers(selection.choice),
            "before": 2 * self.around.index(around),
            "speed": None if threshold_ns is None else bisect_left(self.thresholds_ns, threshold_ns),
            "full": selection.full,
        }
        found = {
            int(bucket): Bucket(int(good), int(total))
            for bucket, total, good in self.evidence.rows(query("courses_of"), parameters)
        }
        nothing, bucket_ns = Bucket(0, 0), _bucket_ns(around)
        length = -(-(around.until_ns - around.episode.start_ns) // bucket_ns)
        return Series(
            before=found.get(_BEFORE, nothing),
            since=tuple(found.get(index, nothing) for index in range(length)),
            bucket_ns=bucket_ns,
        )


def fill_courses(
    evidence: Evidence, around: tuple[Surroundings, ...], selections: Sequence[Selection]
) -> Courses:
    """Scan the requests once for all `selections` around all faults, which must be those of the run in their
    order (`surroundings`). Replaces the table that was there.
    """
    keys = Keys.of(one.choice for one in selections)
    thresholds_ns = tuple(sorted({one.threshold_ns for one in selections if one.threshold_ns is not None}))
    courses = Courses(evidence, around, keys, thresholds_ns)
    if not around or not selections:
        return courses
    text = query(
        "courses",
        {
            "$keys": keys.sql,
            "$part": ladder("intended_ns", _parts(around), "0"),
            "$bucket": ladder(
                "intended_ns", ((one.episode.start_ns, _bucket(one)) for one in around), str(_BEFORE)
            ),
            "$speed": ladder("latency_ns", ((at + 1, str(n)) for n, at in enumerate(thresholds_ns, 1)), "0"),
            "$from_ns": str(around[0].before_ns),
            "$until_ns": str(around[-1].until_ns),
            "$next_ns": ladder(
                "intended_ns",
                ((one.episode.start_ns, str(one.next_ns)) for one in around),
                str(around[0].episode.start_ns),
            ),
        },
    )
    evidence.rows(text)
    return courses


def _parts(around: Sequence[Surroundings]) -> list[tuple[int, str]]:
    steps: list[tuple[int, str]] = []
    for index, one in enumerate(around):
        steps += [(one.before_ns, str(2 * index)), (one.episode.start_ns, str(2 * index + 1))]
    return steps


def _bucket(around: Surroundings) -> str:
    return f"(intended_ns - {around.episode.start_ns}) // {_bucket_ns(around)}"


def _bucket_ns(around: Surroundings) -> int:
    length_ns = around.until_ns - around.episode.start_ns
    return max(_SHORTEST_NS, -(-length_ns // MOST_BUCKETS))
