"""Counting objectives over a window of a Prometheus, a stretch of it at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from slo.months.blocks import CALM, ObjectiveBlocks
from slo.prometheus.answers import Answer, Labels, Values
from slo.prometheus.api import Api, Grid
from slo.prometheus.counters import Counters, counters_of, labels_asked, metric_of, suffixed
from slo.prometheus.edges import Edges, classic_edges, labels_at, native_edges
from slo.prometheus.errors import PrometheusError
from slo.prometheus.growth import Counter, Growth, Peaks, targets_seen
from slo.prometheus.scrapes import Scrapes
from slo.promise import Objective
from slo.windows import Span

_NS_PER_S = 1_000_000_000
_MOST_STEPS = 1440
"""Asked at once: a day of minutes. Prometheus itself answers at most 11,000."""

_LOOK_S = 5
"""How often, where a counter was reset in a step: no less often than anybody scrapes."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """One objective over the steps of a window."""

    blocks: ObjectiveBlocks
    lacking: NDArray[np.bool_]
    """Steps in which a target was not scraped, in order."""
    note: str | None
    """How a threshold lies among the buckets, where it is no edge of one."""
    found: bool
    """Whether any of its series was there at all."""


def count_objectives(
    api: Api, objectives: tuple[Objective, ...], span: Span, step_s: int
) -> tuple[Counts, ...]:
    """Count the whole steps of `span`. Raises PrometheusError."""
    start_s = -(-span.start_ns // _NS_PER_S // step_s) * step_s
    steps = max(0, (span.end_ns // _NS_PER_S - start_s) // step_s)
    for objective in objectives:
        _check_slices(objective, step_s)
    counted = [_Counted(one, counters_of(one)) for one in objectives]
    for grid in _grids(start_s, steps, step_s):
        for one in counted:
            one.count(api, grid)
    return tuple(one.result(start_s, steps, step_s) for one in counted)


def _check_slices(objective: Objective, step_s: int) -> None:
    if objective.slices is not None and objective.slices.length_s % step_s:
        length = f"slices of {objective.slices.length_s:g} s"
        raise PrometheusError(f"{objective.name}: {length} are no multiple of the step of {step_s} s.")


def _check_labels(objective: Objective, counters: Counters, total: Answer) -> None:
    """A matcher on a label that no series has finds nothing, which would look as if nothing failed."""
    if counters.bad is None or not total.series or metric_of(counters.bad) != metric_of(counters.total):
        return
    known = {name for labels in total.series for name, _ in labels}
    unknown = [name for name in labels_asked(counters.bad) if name not in known]
    if unknown:
        raise PrometheusError(
            f"{objective.name}: {counters.bad}: no series of {counters.total} has a label "
            f"{', '.join(unknown)}; there are: {', '.join(sorted(known))}."
        )


def _grids(start_s: int, steps: int, step_s: int) -> Iterator[Grid]:
    """Each begins at the last instant of the one before."""
    for first in range(0, steps, _MOST_STEPS):
        count = min(_MOST_STEPS, steps - first) + 1
        yield Grid(start_s + first * step_s, step_s, count)


@dataclass(slots=True)
class _Counted:
    """One objective, as far as it is counted."""

    objective: Objective
    counters: Counters
    total: list[Values] = field(default_factory=list)
    good: list[Values] = field(default_factory=list)
    unknown: list[Values] = field(default_factory=list)
    scrapes: Scrapes = field(default_factory=Scrapes)
    edges: list[Edges] = field(default_factory=list)
    found: bool = False
    _of_total: Counter = field(default_factory=Counter)
    _of_low: Counter = field(default_factory=Counter)
    _of_high: Counter = field(default_factory=Counter)

    def count(self, api: Api, grid: Grid) -> None:
        """Count the next grid."""
        if self.counters.threshold_s is None:
            self._count_events(api, grid)
        else:
            self._count_latency(api, grid, self.counters.threshold_s)

    def _count_events(self, api: Api, grid: Grid) -> None:
        counters = self.counters
        answer = api.over(counters.total, grid)
        targets = targets_seen(answer.series)
        members = self._members(api, grid)
        peaks = _peaks(api, counters.total, grid)
        total = _summed(self._of_total.grow(answer.series, targets, peaks), members, grid)
        part = (counters.bad if counters.good is None else counters.good) or counters.total
        told = api.over(part, grid)
        _check_labels(self.objective, counters, answer)
        counted = np.minimum(
            _summed(self._of_low.grow(told.series, targets, _peaks(api, part, grid)), members, grid), total
        )
        good = total - counted if counters.good is None else counted
        self._keep(total, good, good)
        self._look(api, grid, counters.total, (answer, told))

    def _count_latency(self, api: Api, grid: Grid, threshold_s: float) -> None:
        histogram = self.counters.total
        labels = api.bucket_edges(suffixed(histogram, "_bucket"), grid.start_s, grid.end_s)
        selector = suffixed(histogram, "_count") if labels else histogram
        counted = selector if labels else f"histogram_count({histogram})"
        total = api.over(counted, grid)
        if labels:
            edges = classic_edges(labels, threshold_s)
            asked = tuple(_bucket(histogram, labels, edge) for edge in (edges.low, edges.high))
        else:
            edges = native_edges(api.native_buckets(histogram, _last_s(total, grid)), threshold_s)
            asked = tuple(_native(histogram, edge) for edge in (edges.low, edges.high))
        low, high = (Answer({}) if one is None else api.over(one, grid) for one in asked)
        if total.series:
            self.edges.append(edges)
        targets, members = targets_seen(total.series), self._members(api, grid)
        of_total = self._of_total.grow(total.series, targets, _peaks(api, counted, grid))
        of_low = _by_base(self._of_low.grow(low.series, targets, _peaks(api, asked[0], grid)))
        of_high = _by_base(self._of_high.grow(high.series, targets, _peaks(api, asked[1], grid)))
        least = _summed(_bounded(of_total, of_low, known=0.0), members, grid)
        most = _summed(_bounded(of_total, of_high, known=1.0), members, grid)
        self._keep(_summed(of_total, members, grid), least, np.maximum(least, most))
        self._look(api, grid, selector, (total, low, high))

    def _members(self, api: Api, grid: Grid) -> Mapping[str, Values] | None:
        """Of each tenant of the tier, where it is of it; None where all tenants count."""
        if self.counters.members is None:
            return None
        answer = api.over(self.counters.members, grid)
        return {dict(labels).get("tenant", ""): values[1:] for labels, values in answer.series.items()}

    def _keep(self, total: Values, least: Values, most: Values) -> None:
        # Where values are fractions of a count, as those of native histograms, the count was whole.
        total, least, most = (np.rint(values) for values in (total, least, most))
        self.total.append(total)
        self.good.append(np.minimum(least, total))
        self.unknown.append(np.maximum(np.minimum(most, total) - np.minimum(least, total), 0))

    def _look(self, api: Api, grid: Grid, selector: str, answers: tuple[Answer, ...]) -> None:
        self.found = self.found or bool(answers[0].series)
        self.scrapes.look(api, grid, selector, targets_seen(answers[0].series))
        if any(answer.warnings for answer in answers):
            self.scrapes.doubt(grid)

    def result(self, start_s: int, steps: int, step_s: int) -> Counts:
        """What was counted, in blocks of a step each."""
        total, good, unknown = (_whole(parts) for parts in (self.total, self.good, self.unknown))
        asked = np.flatnonzero(total)
        blocks = ObjectiveBlocks(
            step_s * _NS_PER_S,
            np.full(len(asked), CALM, np.int64),
            start_s // step_s + asked,
            total[asked],
            good[asked],
            unknown[asked],
        )
        return Counts(blocks, self.scrapes.lacking(steps), self._note(), self.found)

    def _note(self) -> str | None:
        inexact = next((one for one in self.edges if not one.exact), None)
        if inexact is None:
            return None
        low, high = inexact.low * 1000, inexact.high * 1000
        return (
            f"{self.objective.name}: {self.objective.threshold_ms:g} ms lies inside a bucket, {low:.4g} to "
            f"{high:.4g} ms: what is in it may be either, and is bounded both ways"
        )


def _peaks(api: Api, expression: str | None, grid: Grid) -> Peaks:
    """The highest values of an expression's series in each step, looked at every few seconds."""

    def ask() -> Mapping[Labels, Values]:
        if expression is None:
            return {}
        return api.over(f"max_over_time(({expression})[{grid.step_s}s:{_LOOK_S}s])", grid).series

    return ask


def _last_s(answer: Answer, grid: Grid) -> int:
    """The last instant at which any series is there; the grid's last where none is."""
    there = [np.flatnonzero(~np.isnan(values)) for values in answer.series.values()]
    last = max((int(one[-1]) for one in there if len(one)), default=grid.count - 1)
    return grid.start_s + last * grid.step_s


def _bucket(histogram: str, labels: tuple[str, ...], edge: float) -> str | None:
    """Counters of what is at most `edge`; None where no bucket ends there."""
    written = labels_at(labels, edge)
    if not written:
        return None
    either = "|".join(one.replace(".", r"\\.").replace("+", r"\\+") for one in written)
    return suffixed(histogram, "_bucket", f'le=~"{either}"')


def _native(histogram: str, edge: float) -> str | None:
    if not 0 < edge < np.inf:
        return None
    return f"histogram_fraction(-Inf, {edge!r}, {histogram}) * histogram_count({histogram})"


def _by_base(grown: Mapping[Labels, Growth]) -> dict[Labels, Growth]:
    """Buckets by the labels that their count has; ways to write one edge are one."""
    found: dict[Labels, Growth] = {}
    for labels, growth in grown.items():
        base = tuple((name, value) for name, value in labels if name != "le")
        known = found.get(base)
        found[base] = (
            growth if known is None else Growth(known.increase + growth.increase, known.seen | growth.seen)
        )
    return found


def _bounded(
    totals: Mapping[Labels, Growth], parts: Mapping[Labels, Growth], *, known: float
) -> dict[Labels, Growth]:
    """Of each count its part in buckets, and where no bucket tells, all of it (`known` 1) or none (0)."""
    bounded: dict[Labels, Growth] = {}
    for labels, total in totals.items():
        part = parts.get(labels)
        if part is None:
            bounded[labels] = Growth(total.increase * known, total.seen)
            continue
        told = np.where(part.seen, np.minimum(part.increase, total.increase), total.increase * known)
        bounded[labels] = Growth(told, total.seen)
    return bounded


def _summed(grown: Mapping[Labels, Growth], members: Mapping[str, Values] | None, grid: Grid) -> Values:
    total = np.zeros(grid.count - 1)
    for labels, growth in grown.items():
        if members is None:
            total += growth.increase
            continue
        member = members.get(dict(labels).get("tenant", ""))
        if member is not None:
            total += np.where(np.isnan(member), 0.0, growth.increase)
    return total


def _whole(parts: list[Values]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(0), *parts]).astype(np.int64)
