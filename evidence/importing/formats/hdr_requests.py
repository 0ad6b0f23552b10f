"""Requests out of a histogram: one for each value that was counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evidence.importing.account import Account
from evidence.importing.errors import InvalidOption
from evidence.importing.foreign_request import ForeignRequest, Times
from evidence.importing.format import ReadOptions
from evidence.importing.spreading import spread
from evidence.request_record import LatencyClock, Outcome

UNITS_NS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that was counted: a latency and what became of the request."""

    latency_ns: int | None
    """None for a request that was counted without one."""
    outcome: Outcome
    detail: str


def unit_of(options: ReadOptions) -> int:
    """Nanoseconds in a unit of the values. Raises InvalidOption where nobody says it."""
    if options.unit_ns is None:
        raise InvalidOption(
            "a histogram does not say in which unit its values are: say it with --unit ns, us or ms "
            "(most programs on the Java virtual machine record nanoseconds, YCSB microseconds)"
        )
    return options.unit_ns


def check_answered(options: ReadOptions, account: Account) -> None:
    """Raises InvalidOption where nobody says that what was counted was answered."""
    if not options.assume_answered:
        raise InvalidOption(
            "a histogram does not say what became of the requests that it counted, nor of those that it did "
            "not: where each was answered well, say so with --assume-answered"
        )
    account.remark(
        "A histogram does not record failures: whoever imported it says that all of its requests were "
        "answered well, so availability here is their word (--assume-answered)"
    )


def requests_of_counts(
    counts: Sequence[tuple[Value, int]],
    start_ns: int,
    length_ns: int,
    clock: LatencyClock,
    *,
    name: str | None = None,
    url: str | None = None,
) -> Iterator[ForeignRequest]:
    """A request for each counted value, ended within the interval."""
    for ended_ns, value in spread(counts, start_ns, length_ns):
        times = _times(ended_ns, value.latency_ns, clock)
        yield ForeignRequest(
            times.intended_ns,
            times.started_ns,
            times.ended_ns,
            times.clock,
            0,
            value.outcome,
            name=name,
            url=url,
            detail=value.detail,
        )


def _times(ended_ns: int, latency_ns: int | None, clock: LatencyClock) -> Times:
    if latency_ns is None:
        return Times.ended(ended_ns)
    if clock is LatencyClock.INTENDED:
        return Times.planned(ended_ns - latency_ns, ended_ns)
    return Times.sent(ended_ns - latency_ns, latency_ns)
