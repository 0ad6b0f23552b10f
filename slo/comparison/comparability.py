"""Whether runs can be compared at all: what differs between them beside what they measured."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from evidence.comparison_record import RunDifference
from evidence.run_record import RunRecord
from slo.comparison.requests import ComparedRequests
from slo.wording import duration

RATE_TOLERANCE = 0.02
"""Runs of unknown schedules are of one rate within 2% of each other."""
SPAN_TOLERANCE = 0.1
"""Runs are of one length within 10% of each other: phases end when their faults are healed."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a run before its figures are."""

    record: RunRecord
    requests: ComparedRequests


def run_differences(runs: Sequence[Told], accepted: frozenset[str]) -> tuple[RunDifference, ...]:
    """Those that bar a comparison first; `accepted` names those that are meant."""
    return tuple(
        RunDifference(name, values, bars, accepted=bars and name in accepted)
        for name, values, bars in _told(runs)
    )


def barring(differences: Sequence[RunDifference]) -> tuple[RunDifference, ...]:
    """Those that bar the comparison."""
    return tuple(one for one in differences if one.bars and not one.accepted)


def _told(runs: Sequence[Told]) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    for name, read in BARRING.items():
        values = tuple(read(run) for run in runs)
        if len(set(values)) > 1:
            yield name, values, True
    for name, figures, tolerance, unit in (
        ("rate", [_rate_per_s(run) for run in runs], RATE_TOLERANCE, _per_s),
        ("length", [_length_s(run) for run in runs], SPAN_TOLERANCE, duration),
    ):
        if max(figures) > min(figures) * (1 + tolerance):
            yield name, tuple(unit(one) for one in figures), True
    for name, read in _MEANT.items():
        values = tuple(read(run) for run in runs)
        if len(set(values)) > 1:
            yield name, values, False


def _pairs(pairs: Iterator[tuple[str, object]]) -> str:
    return ", ".join(f"{name} {value}" for name, value in sorted(pairs)) or "none"


def _arrivals(run: Told) -> str:
    if not run.record.scheduled:
        return "not known"
    return f"{sum(one.arrivals for one in run.record.scheduled):,}"


def _limits(run: Told) -> str:
    limits = run.record.rate_limits
    if limits is None:
        return "none"
    tiers = ", ".join(f"{tier}: {_pairs(iter(of.items()))}" for tier, of in sorted(limits.tiers.items()))
    return f"{tiers}; in {limits.window_s:g} s, burst {limits.burst}"


def _cores(run: Told) -> str:
    machine = run.record.machine
    return "not known" if machine is None else f"{machine.cores} cores"


def _imported(run: Told) -> str:
    return "stormproof" if run.record.imported is None else run.record.imported.format


def _rate_per_s(run: Told) -> float:
    return run.requests.count / run.requests.span.length_s if run.requests.count > 1 else 0.0


def _length_s(run: Told) -> float:
    return run.requests.span.length_s if run.requests.count else 0.0


def _per_s(rate: float) -> str:
    return f"{rate:,.1f}/s"


BARRING: dict[str, Callable[[Told], str]] = {
    "scenario": lambda run: run.record.scenario,
    "seeds": lambda run: _pairs(iter(run.record.seeds.items())),
    "target": lambda run: run.record.target,
    "arrivals": _arrivals,
    "phases": lambda run: ", ".join(run.record.phases) or "none",
    "experiments": lambda run: ", ".join(run.record.experiments) or "none",
    "limits": _limits,
    "clock": lambda run: ", ".join(run.requests.clocks) or "none",
    "source": _imported,
    "cores": _cores,
}
"""By the names under which they may be accepted, too; beside them `rate` and `length`."""
BARRING_NAMES = (*BARRING, "rate", "length")

_MEANT: dict[str, Callable[[Told], str]] = {
    "plan": lambda run: run.record.plan,
    "versions": lambda run: _pairs(iter(run.record.versions.items())),
    "service settings": lambda run: _pairs(iter(run.record.service_settings.items())),
}
"""What may well be what the comparison is about."""
