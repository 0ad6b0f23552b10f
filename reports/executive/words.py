"""Figures for people who know no percentiles."""

from math import floor, log10

from reports.numbers import format_count, format_duration

_FEWEST = 0.0005


def wait(latency_ms: float) -> str:
    """0.3 seconds, 12 milliseconds."""
    if latency_ms >= 1000:
        return f"{latency_ms / 1000:.1f} seconds"
    if latency_ms >= 100:
        return f"{latency_ms / 1000:.2f} seconds"
    return f"{max(1, round(latency_ms))} milliseconds"


def brief_wait(latency_ms: float) -> str:
    """0.04 s, 1.2 s."""
    return f"{latency_ms / 1000:.1f} s" if latency_ms >= 1000 else f"{max(latency_ms, 10) / 1000:.2f} s"


def brief_seconds(value_s: float) -> str:
    """at once, 2.5 s."""
    return "at once" if value_s < 0.05 else format_duration(value_s)


def of_requests(bad: int, total: int) -> str:
    """none, 1 in 120 requests, 12 in 100 requests."""
    if not bad:
        return "no request"
    if bad == total:
        return "every request"
    share = bad / total
    if share >= 0.995:
        return "nearly every request"
    if share >= 0.1:
        return f"{share * 100:.0f} in 100 requests"
    return f"1 in {format_count(_round(total / bad))} requests"


def seconds(value_s: float) -> str:
    """at once, 2.5 seconds, 3 min 05 s."""
    if value_s < 0.05:
        return "at once"
    return f"{value_s:.1f} seconds" if value_s < 60 else format_duration(value_s)


def times(share: float) -> str:
    """Of what was allowed: none of it, 40% of it, 18 times as many."""
    if share <= _FEWEST:
        return "none of it"
    if share < 0.01:
        return "less than 1% of it"
    if share <= 1:
        return f"{share * 100:.0f}% of it"
    return f"{share:.1f} times as much" if share < 10 else f"{share:,.0f} times as much"


def spaced(name: str) -> str:
    """A name as words: redis-down is redis down."""
    return name.replace("-", " ").replace("_", " ")


def _round(number: float) -> int:
    """Two digits say enough."""
    digits = max(0, floor(log10(number)) - 1)
    return int(round(number / 10**digits) * 10**digits)
