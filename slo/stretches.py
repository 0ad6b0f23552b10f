"""What users met with in stretches of a run, however many there are, from two scans of the requests.

A request belongs to every stretch that its life overlaps. So requests are grouped by between which bounds of
all stretches they were intended, and ended: each stretch is then a sum of groups. Percentiles are exact, by
classes of latency (`slo.latency_classes`).
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from slo.evidence_view import Columns
from slo.ladder import ladder
from slo.latency_classes import LatencyClasses, Near, Range, inside
from slo.percentile import rank_of, supports
from slo.questions import Questions
from slo.series import Stretch
from slo.sql import query
from slo.windows import Span

_QUANTILES = (0.5, 0.95, 0.99)
_NS_PER_MS = 1_000_000


def outcomes_in(evidence: Questions, spans: Sequence[Span]) -> tuple[Stretch, ...]:
    """What counts and lived in each of `spans`, in their order (`slo.series.outcomes_between` of one)."""
    if not spans:
        return ()
    bounds = _Bounds.of(spans)
    evidence.rows(query("lives", bounds.parts))
    lives = [_lives(evidence, bounds, span) for span in spans]
    near = _near(evidence, bounds, [one for life in lives for one in life.ranges])
    return tuple(_stretch(life, near) for life in lives)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Where stretches begin and end, in order."""

    at_ns: tuple[int, ...]

    @classmethod
    def of(cls, spans: Iterable[Span]) -> "_Bounds":
        return cls(tuple(sorted({at for one in spans for at in (one.start_ns, one.end_ns)})))

    @property
    def parts(self) -> dict[str, str]:
        """What queries need to know of them."""
        return {
            "$born": self._passed("intended_ns"),
            "$gone": self._passed("ended_ns"),
            "$first_ns": str(self.at_ns[0]),
            "$last_ns": str(self.at_ns[-1]),
        }

    def chosen(self, span: Span) -> dict[str, int]:
        """What lived in a stretch: intended at no more than so many bounds, ended at more than so many."""
        return {
            "born_until": bisect_left(self.at_ns, span.end_ns),
            "gone_after": bisect_left(self.at_ns, span.start_ns),
        }

    def _passed(self, instant: str) -> str:
        return ladder(instant, ((at, str(count)) for count, at in enumerate(self.at_ns, 1)), "0")


@dataclass(frozen=True, slots=True)
class _Lives:
    """The requests of one stretch, its exact percentiles still to be looked up."""

    outcomes: dict[str, int]
    served_from: dict[str, int]
    chosen: dict[str, int]
    classes: LatencyClasses

    @property
    def ranks(self) -> dict[float, int]:
        """Of the percentiles that the sample supports."""
        count = self.classes.count
        return {one: rank_of(count, one) for one in _QUANTILES if supports(count, one)}

    @property
    def ranges(self) -> tuple[Range, ...]:
        """Where they lie."""
        return tuple(dict.fromkeys(self.classes.range_of(rank) for rank in self.ranks.values()))


def _lives(evidence: Questions, bounds: _Bounds, span: Span) -> _Lives:
    chosen = bounds.chosen(span)
    outcomes: dict[str, int] = {}
    served_from: dict[str, int] = {}
    for outcome, source, requests in evidence.rows(query("lives_outcomes"), chosen):
        outcomes[outcome] = outcomes.get(outcome, 0) + requests
        if source is not None:
            served_from[source] = served_from.get(source, 0) + requests
    found = evidence.columns(query("lives_classes"), chosen)
    total, least_ns, most_ns = (np.asarray(found[one], np.int64) for one in ("total", "least_ns", "most_ns"))
    return _Lives(outcomes, served_from, chosen, LatencyClasses(total, least_ns, most_ns))


def _near(evidence: Questions, bounds: _Bounds, ranges: Sequence[Range]) -> Columns:
    return evidence.columns(query("lives_near", {**bounds.parts, "$near": inside(ranges)}))


def _stretch(life: _Lives, near: Columns) -> Stretch:
    of_it = (near["born"] <= life.chosen["born_until"]) & (near["gone"] > life.chosen["gone_after"])
    from_ns, total = (np.asarray(near[one][of_it], np.int64) for one in ("from_ns", "total"))
    exactly = Near(life.ranges, from_ns, total)
    values_ms = {
        quantile: exactly.value_ns(life.classes, rank) / _NS_PER_MS for quantile, rank in life.ranks.items()
    }
    return Stretch(
        sum(life.outcomes.values()),
        life.outcomes,
        life.served_from,
        *(values_ms.get(one) for one in _QUANTILES),
    )
