"""Figures of a load as people read them."""

from collections.abc import Mapping

from evidence.request_record import Outcome

NONE = "–"


def milliseconds(value_ms: float | None) -> str:
    """Three digits: no more can be told apart while they change."""
    if value_ms is None:
        return NONE
    if value_ms >= 100:
        return f"{value_ms:,.0f}"
    return f"{value_ms:.1f}" if value_ms >= 10 else f"{value_ms:.2f}"


def rate(per_s: float | None) -> str:
    """Requests a second."""
    return NONE if per_s is None else f"{per_s:,.1f}"


def percent(ratio: float | None) -> str:
    """A share of a core."""
    return NONE if ratio is None else f"{ratio:.0%}"


def clock(seconds: float) -> str:
    """Minutes and seconds, with hours where there are any."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute:02}:{second:02}"


def outcomes(counts: Mapping[str, int]) -> str:
    """How many of each, the good ones first; nothing of what never was."""
    order = [outcome.value for outcome in reversed(Outcome)]
    told = sorted((name for name in counts if counts[name]), key=order.index)
    return ", ".join(f"{name} {counts[name]:,}" for name in told) or NONE
