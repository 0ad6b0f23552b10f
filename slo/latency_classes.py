"""Exact order statistics of latency, whatever the number of requests, from two scans of them.

The first counts classes of latency that are 0.1% wide: each rank's class is then known, and between which
latencies it lies. The second tells the latencies in just these classes exactly, and how the slower ones are
spread over time. Sorting all latencies, or keeping them, is not needed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slo.choice import KEYS, Choice, Keys
from slo.cube import Grid, stratum_at
from slo.evidence_view import Columns
from slo.inference.block_counts import BlockCounts, Counts
from slo.ladder import ladder
from slo.questions import Questions
from slo.sql import query

_NS_PER_S = 1_000_000_000
_BELOW_ALL = str(-(2**62))
_FEW_EDGES = 64
"""Of ranges: more would part the requests of each choice, which has few of them, into too many counts."""
_STRATUM_SHIFT = 40
"""Stratum and block as one number: a block's own is below 2^40."""


@dataclass(frozen=True, slots=True)
class Range:
    """least_ns <= latency <= most_ns."""

    least_ns: int
    most_ns: int


@dataclass(frozen=True, slots=True, eq=False)
class LatencyClasses:
    """The classes of one choice's latencies, the fastest first."""

    total: Counts
    least_ns: Counts
    most_ns: Counts

    @property
    def count(self) -> int:
        """Requests of known latency."""
        return int(self.total.sum())

    def range_of(self, rank: int, last_rank: int | None = None) -> Range:
        """Where the latencies of a rank (from 1), or of all up to a last one, lie: those of their classes."""
        first = self._place(rank)
        last = first if last_rank is None else self._place(last_rank)
        return Range(int(self.least_ns[first]), int(self.most_ns[last]))

    def before(self, rank: int) -> int:
        """How many requests are in the classes before that of a rank."""
        return int(self.total[: self._place(rank)].sum())

    def _place(self, rank: int) -> int:
        return int(np.searchsorted(np.cumsum(self.total), rank))


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """Latencies of one choice: those in the ranges that were asked for exactly, the others by a bound."""

    ranges: tuple[Range, ...]
    from_ns: Counts
    total: Counts

    def knows(self, asked: Range) -> bool:
        """Whether latencies in it are told exactly."""
        return asked.least_ns == asked.most_ns or any(
            one.least_ns <= asked.least_ns and asked.most_ns <= one.most_ns for one in self.ranges
        )

    def value_ns(self, classes: LatencyClasses, rank: int) -> int:
        """The latency of a rank whose range it knows."""
        asked = classes.range_of(rank)
        if asked.least_ns == asked.most_ns:
            return asked.least_ns
        inside = (self.from_ns >= asked.least_ns) & (self.from_ns <= asked.most_ns)
        values, inverse = np.unique(self.from_ns[inside], return_inverse=True)
        up_to = np.cumsum(np.bincount(inverse, weights=self.total[inside]))
        return int(values[np.searchsorted(up_to, rank - classes.before(rank))])


@dataclass(frozen=True, slots=True, eq=False)
class NearByBlock:
    """The same, by blocks of time."""

    near: Near
    stratum: Counts
    block: Counts
    position: NDArray[np.intp]
    """Which of these blocks each latency of `near` is in."""
    block_s: float

    def slower(self, value_ns: int) -> BlockCounts:
        """Requests in each block, as bad those that took `value_ns` or more; it must be within one of the
        ranges."""
        near = self.near
        late = np.where(near.from_ns >= value_ns, near.total, 0)
        return BlockCounts(
            self.block_s, self.stratum, self.block, self._summed(near.total), self._summed(late)
        )

    def _summed(self, counts: Counts) -> Counts:
        sums = np.bincount(self.position, weights=counts, minlength=len(self.block))
        return np.asarray(sums, dtype=np.int64)


def latency_classes(evidence: Questions, choices: Sequence[Choice]) -> dict[Choice, LatencyClasses]:
    """The first scan: the classes of each choice."""
    keys = Keys.of(choices)
    found = evidence.columns(query("latency_classes", {"$keys": keys.sql}))
    return {one: _classes(found, keys.rows(found, one)) for one in choices}


def near_by_block(
    evidence: Questions, grid: Grid, ranges: Mapping[Choice, Iterable[Range]]
) -> dict[Choice, NearByBlock]:
    """The second scan: where in time the requests are that are slower than what lies in `ranges`."""
    wanted = {choice: tuple(dict.fromkeys(some)) for choice, some in ranges.items()}
    if not wanted:
        return {}
    keys = Keys.of(wanted)
    text = query(
        "latency_by_block",
        {
            "$keys": keys.sql,
            "$stratum": stratum_at(evidence),
            "$block": grid.number_of("intended_ns"),
            "$from_ns": _from_ns(keys, wanted),
        },
    )
    found = evidence.columns(text)
    return {choice: _by_block(found, keys.rows(found, choice), some, grid) for choice, some in wanted.items()}


def near(evidence: Questions, ranges: Mapping[Choice, Iterable[Range]]) -> dict[Choice, Near]:
    """A further scan, for ranges that become known late."""
    wanted = {choice: tuple(dict.fromkeys(some)) for choice, some in ranges.items()}
    keys = Keys.of(wanted)
    parts = {"$keys": keys.sql, "$near": _by_choice(keys, wanted, _is_inside)}
    found = evidence.columns(query("latency_near", parts))
    return {choice: _near(found, keys.rows(found, choice), some) for choice, some in wanted.items()}


def inside(ranges: Sequence[Range]) -> str:
    """SQL: whether `latency_ns`, which must be known, lies in one of `ranges`."""
    return _is_inside(tuple(_merged(ranges)))


def _from_ns(keys: Keys, wanted: Mapping[Choice, tuple[Range, ...]]) -> str:
    """SQL: the latency where it lies in a range of a choice that the request is of, else a bound below.

    Where there are few ranges, all are compared at once, and of which choices a request is only within them:
    telling that of every request takes longer.
    """
    merged = {choice: tuple(_merged(some)) for choice, some in wanted.items()}
    edges = sorted(
        {edge for some in merged.values() for one in some for edge in (one.least_ns, one.most_ns + 1)}
    )
    if len(edges) > _FEW_EDGES:
        return _by_choice(keys, wanted, _exact_or_bound)

    def beyond(edge: int) -> str:
        exact = (
            keys.are_of(choice)
            for choice, some in merged.items()
            if any(one.least_ns <= edge <= one.most_ns for one in some)
        )
        conditions = list(dict.fromkeys(exact))
        return (
            f"CASE WHEN {' OR '.join(conditions)} THEN latency_ns ELSE {edge} END"
            if conditions
            else str(edge)
        )

    return ladder("latency_ns", ((edge, beyond(edge)) for edge in edges), _BELOW_ALL)


def _by_choice(
    keys: Keys,
    wanted: Mapping[Choice, tuple[Range, ...]],
    expression: Callable[[Sequence[Range]], str],
    names: tuple[str, ...] = KEYS,
) -> str:
    """SQL: of each request the expression over the ranges of all choices that it is of."""
    if not names:
        return expression(tuple(_merged(one for some in wanted.values() for one in some)))
    name, rest = names[0], names[1:]

    def of(value: str | None) -> str:
        theirs = {one: some for one, some in wanted.items() if one.values[name] in {None, value}}
        return _by_choice(keys, theirs, expression, rest)

    cases = " ".join(f"WHEN {code} THEN {of(value)}" for value, code in keys.codes[name].items())
    return f"CASE {keys.column(name)} {cases} ELSE {of(None)} END" if cases else of(None)


def _exact_or_bound(ranges: Sequence[Range]) -> str:
    steps = [
        step
        for one in ranges
        for step in ((one.least_ns, "latency_ns"), (one.most_ns + 1, str(one.most_ns + 1)))
    ]
    return ladder("latency_ns", steps, _BELOW_ALL)


def _is_inside(ranges: Sequence[Range]) -> str:
    steps = [step for one in ranges for step in ((one.least_ns, "true"), (one.most_ns + 1, "false"))]
    return ladder("latency_ns", steps, "false")


def _merged(ranges: Iterable[Range]) -> Iterator[Range]:
    """The same in order, those joined that overlap or touch."""
    joined: Range | None = None
    for one in sorted(ranges, key=lambda one: one.least_ns):
        if joined is not None and one.least_ns <= joined.most_ns + 1:
            joined = Range(joined.least_ns, max(joined.most_ns, one.most_ns))
            continue
        if joined is not None:
            yield joined
        joined = one
    if joined is not None:
        yield joined


def _classes(found: Columns, chosen: NDArray[np.bool_]) -> LatencyClasses:
    """Classes of several keys joined."""
    number, total, least_ns, most_ns = (
        np.asarray(found[name][chosen], dtype=np.int64) for name in ("class", "total", "least_ns", "most_ns")
    )
    if not len(number):
        return LatencyClasses(number, number, number)
    order = np.argsort(number, kind="stable")
    number = number[order]
    starts = np.flatnonzero(np.concatenate([[True], number[1:] != number[:-1]]))
    return LatencyClasses(
        np.add.reduceat(total[order], starts),
        np.minimum.reduceat(least_ns[order], starts),
        np.maximum.reduceat(most_ns[order], starts),
    )


def _near(found: Columns, chosen: NDArray[np.bool_], ranges: tuple[Range, ...]) -> Near:
    from_ns, total = (np.asarray(found[name][chosen], dtype=np.int64) for name in ("from_ns", "total"))
    return Near(ranges, from_ns, total)


def _by_block(
    found: Columns, chosen: NDArray[np.bool_], ranges: tuple[Range, ...], grid: Grid
) -> NearByBlock:
    stratum, block = (np.asarray(found[name][chosen], dtype=np.int64) for name in ("stratum", "block"))
    places, position = np.unique((stratum << _STRATUM_SHIFT) + block, return_inverse=True)
    return NearByBlock(
        near=_near(found, chosen, ranges),
        stratum=places >> _STRATUM_SHIFT,
        block=places & ((1 << _STRATUM_SHIFT) - 1),
        position=position,
        block_s=grid.length_ns / _NS_PER_S,
    )
