"""The figures of one run, scope by scope."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evidence.comparison_record import Figure, Scope
from evidence.verdict_record import VerdictRecord
from slo.comparison.answer_rate import answer_rate
from slo.comparison.back_after import back_after
from slo.comparison.bad_share import bad_share
from slo.comparison.bounded import Bounded
from slo.comparison.percentile import percentile, value_at
from slo.comparison.requests import ComparedRequests
from slo.comparison.scopes import chosen, whole_stretch, windows
from slo.evidence_view import experiment_name

QUANTILES = (0.5, 0.95, 0.99)
_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class FigureKey:
    """Which figure of which scope."""

    figure: Figure
    scope: Scope
    quantile: float | None = None


@dataclass(frozen=True, slots=True)
class RunFigure:
    """One figure of one run."""

    value: float | None
    """As people read it: milliseconds, shares, answers a second, seconds; None where the evidence supports
    none."""
    requests: int
    bounded: Bounded | None
    """None where nothing can be said of it."""


type RunFigures = Mapping[FigureKey, RunFigure]


def run_figures(
    requests: ComparedRequests, scopes: Sequence[Scope], verdict: VerdictRecord | None
) -> RunFigures:
    """All of them; recovery as the verdict tells it."""
    found = dict(one for scope in scopes for one in _of_scope(requests, scope))
    return found | (dict(_recoveries(verdict)) if verdict else {})


def _of_scope(requests: ComparedRequests, scope: Scope) -> Iterator[tuple[FigureKey, RunFigure]]:
    of_scope = chosen(requests, scope)
    count = int(of_scope.sum())
    blocks = requests.blocks(of_scope, ~requests.available)
    share = bad_share(blocks)
    yield (
        FigureKey(Figure.AVAILABILITY, scope),
        RunFigure(None if share is None else share.estimate, count, share),
    )
    yield from _percentiles(requests, scope)
    if whole_stretch(scope) and count:
        stretches = windows(requests, scope)
        in_time = requests.answered_within(stretches)
        rate = answer_rate(requests.blocks(of_scope, ~in_time), sum(one.length_s for one in stretches))
        yield (
            FigureKey(Figure.THROUGHPUT, scope),
            RunFigure(None if rate is None else rate.per_s, count, rate),
        )


def _percentiles(requests: ComparedRequests, scope: Scope) -> Iterator[tuple[FigureKey, RunFigure]]:
    timed = chosen(requests, scope) & (requests.latency_ns >= 0)
    latencies = np.sort(requests.latency_ns[timed])
    for quantile in QUANTILES:
        key = FigureKey(Figure.LATENCY, scope, quantile)
        if not len(latencies):
            yield key, RunFigure(None, 0, None)
            continue
        late = requests.latency_ns >= value_at(latencies, quantile)
        found = percentile(latencies, quantile, requests.blocks(timed, late))
        known = found if found.supported else None
        value_ms = None if known is None else known.value_ns / _NS_PER_MS
        yield key, RunFigure(value_ms, len(latencies), known)


def _recoveries(verdict: VerdictRecord) -> Iterator[tuple[FigureKey, RunFigure]]:
    """The slowest of a cause: its occurrences in one run are no runs of their own."""
    slowest: dict[FigureKey, RunFigure] = {}
    for effect in verdict.faults:
        cause = effect.fault if effect.experiment is None else experiment_name(effect.experiment)
        for one in effect.recovery:
            key = FigureKey(Figure.RECOVERY, Scope(fault=cause, objective=one.objective))
            found = back_after(one)
            if key not in slowest or found.seconds > (slowest[key].value or 0.0):
                slowest[key] = RunFigure(found.seconds, one.requests, found)
    yield from slowest.items()
