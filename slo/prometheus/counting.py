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
from slo.prometheus.growth import Counter, Growth, targets_seen
from slo.prometheus.scrapes import Scrapes
from slo.promise import Objective
from slo.windows import Span

_NS_PER_S = 1_000_000_000
_MOST_STEPS = 1440
"""Asked at once: a day of minutes. Prometheus itself answers at most 11,000."""


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
        total = _summed(self._of_total.grow(answer.series, targets), members, grid)
        part = counters.bad if counters.good is None else counters.good
        told = api.over(part or counters.total, grid)
        _check_labels(self.objective, counters, answer)
        counted = np.minimum(_summed(self._of_low.grow(told.series, targets), members, grid), total)
        good = total - counted if counters.good is None else counted
        self._keep(total, good, good)
        self._look(api, grid, counters.total, (answer, told))

    def _count_latency(self, api: Api, grid: Grid, threshold_s: float) -> None:
        histogram = self.counters.total
        buckets = suffixed(histogram, "_bucket")
        labels = api.bucket_edges(buckets, grid.start_s, grid.end_s)
        if labels:
            edges = classic_edges(labels, threshold_s)
            selector = suffixed(histogram, "_count")
            total = api.over(selector, grid)
            low, high = (_bucket(api, histogram, labels, edge, grid) for edge in (edges.low, edges.high))
        else:
            edges = native_edges(api.native_buckets(histogram, grid.end_s), threshold_s)
            selector = histogram
            total = api.over(f"histogram_count({histogram})", grid)
            low, high = (_native(api, histogram, edge, grid) for edge in (edges.low, edges.high))
        if total.series:
            self.edges.append(edges)
        targets = targets_seen(total.series)
        members = self._members(api, grid)
        of_total = self._of_total.grow(total.series, targets)
        of_low = _by_base(self._of_low.grow(low.series, targets))
        of_high = _by_base(self._of_high.grow(high.series, targets))
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


def _bucket(api: Api, histogram: str, labels: tuple[str, ...], edge: float, grid: Grid) -> Answer:
    """Counters of what is at most `edge`."""
    written = labels_at(labels, edge)
    if not written:
        return Answer({})
    either = "|".join(one.replace(".", r"\\.").replace("+", r"\\+") for one in written)
    return api.over(suffixed(histogram, "_bucket", f'le=~"{either}"'), grid)


def _native(api: Api, histogram: str, edge: float, grid: Grid) -> Answer:
    if not 0 < edge < np.inf:
        return Answer({})
    return api.over(f"histogram_fraction(-Inf, {edge!r}, {histogram}) * histogram_count({histogram})", grid)


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
