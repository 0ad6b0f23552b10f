"""A month of a service's counters as OpenMetrics, a scrape every five minutes, with what it comes to.

Two processes: the first restarts on the 12th at noon (its counters begin anew, no scrape is missed), the
second is there from the 3rd to the 4th. 503s are there from the 8th on: a series that is born with its first
failures. The tenant is of the enterprise tier until the 21st, of the standard tier from then on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from slo.months.month import Month

STEP_S = 300
A_DAY = 86_400 // STEP_S
PER_STEP = 300
TIER_CHANGES = 20 * A_DAY
BUCKETS_S = ("0.1", "0.25", "0.5", "+Inf")
SHARES = (50, 90, 95, 100)
"""Percent of the requests that are in each bucket or one before."""


@dataclass(slots=True)
class Recorded:
    """What stands in the file, and what was so."""

    text: str = ""
    total: int = 0
    bad: int = 0
    bad_by_day: dict[int, int] = field(default_factory=dict)
    """By its number in the month."""


@dataclass(slots=True)
class _Process:
    instance: str
    counted: dict[str, int] = field(default_factory=dict)

    def add(self, status: str, count: int) -> None:
        self.counted[status] = self.counted.get(status, 0) + count


def record(month: Month, *, without: frozenset[int] = frozenset()) -> Recorded:
    """The month; scrapes `without`, by number, failed: what happened before them is in the next."""
    told = Recorded()
    lines: dict[str, list[str]] = {
        "http_requests": [],
        "http_request_duration_seconds": [],
        "up": [],
        "tenant_tier": [],
    }
    one, other = _Process("one:80"), _Process("other:80")
    start_s, end_s = month.span.start_ns // 10**9, month.span.end_ns // 10**9
    for step, at_s in enumerate(range(start_s, end_s + 1, STEP_S)):
        for process in (one, other):
            if process is other and not 2 * A_DAY <= step < 4 * A_DAY:
                continue
            if process is one and step == 11 * A_DAY + A_DAY // 2:
                process.counted.clear()
            bad = _bad(step) if process is one else 0
            if step != (0 if process is one else 2 * A_DAY):
                told.total += PER_STEP
                told.bad += bad
                day = datetime.fromtimestamp(at_s - 1, month.zone).day
                told.bad_by_day[day] = told.bad_by_day.get(day, 0) + bad
            process.add("200", PER_STEP - bad)
            if bad or "503" in process.counted:
                process.add("503", bad)
            if step in without and process is one:
                lines["up"].append(f'up{{job="shop",instance="{process.instance}"}} 0 {at_s}')
                continue
            for name, sample in _samples(process.instance, process.counted, at_s):
                lines[name].append(sample)
            if process is one:
                lines["tenant_tier"] += _tiers(step, at_s)
    types = {
        "http_requests": "counter",
        "http_request_duration_seconds": "histogram",
        "up": "gauge",
        "tenant_tier": "gauge",
    }
    blocks = (f"# TYPE {name} {kind}\n" + "\n".join(lines[name]) + "\n" for name, kind in types.items())
    told.text = "".join(blocks) + "# EOF\n"
    return told


def _bad(step: int) -> int:
    """Twenty minutes in which all fails, on the 8th, and from then on one failure every hour."""
    outage = 7 * A_DAY + 120
    if outage <= step < outage + 4:
        return PER_STEP
    return int(step > outage and step % 12 == 0)


def _tiers(step: int, at_s: int) -> list[str]:
    now = "enterprise" if step < TIER_CHANGES else "standard"
    own = 'job="shop",instance="one:80",tenant="t"'
    return [
        f'tenant_tier{{{own},tier="{tier}"}} {int(tier == now)} {at_s}' for tier in ("enterprise", "standard")
    ]


def _samples(instance: str, counted: Mapping[str, int], at_s: int) -> Iterator[tuple[str, str]]:
    own = f'job="shop",instance="{instance}",method="GET",path="/search",tenant="t"'
    for status, value in counted.items():
        yield "http_requests", f'http_requests_total{{{own},status="{status}"}} {value} {at_s}'
    total, name = sum(counted.values()), "http_request_duration_seconds"
    for bucket, share in zip(BUCKETS_S, SHARES, strict=True):
        yield name, f'{name}_bucket{{{own},le="{bucket}"}} {total * share // 100} {at_s}'
    yield name, f"{name}_sum{{{own}}} {total / 10} {at_s}"
    yield name, f"{name}_count{{{own}}} {total} {at_s}"
    yield "up", f'up{{job="shop",instance="{instance}"}} 1 {at_s}'
