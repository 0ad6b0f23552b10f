"""Figures as people read them: rounded here, and only after everything is decided."""

from math import ceil

_MOST_DECIMALS = 6


def percent(ratio: float, *, beside: float | None = None) -> str:
    """A ratio in percent, with as many decimals as tell it from the ratio `beside` it."""
    for decimals in range(2, _MOST_DECIMALS):
        text = f"{ratio:.{decimals}%}"
        if beside is None or ratio == beside or text != f"{beside:.{decimals}%}":
            return text
    return f"{ratio:.{_MOST_DECIMALS}%}"


def target_percent(target: float) -> str:
    """A target as it was promised: 99.95%, 99%."""
    return f"{target * 100:.10g}%"


def duration(seconds: float) -> str:
    """About how long."""
    if seconds < 120:
        return f"{ceil(seconds)} s"
    if seconds < 7200:
        return f"{ceil(seconds / 60)} min"
    return f"{ceil(seconds / 3600)} h"


def milliseconds(value: float) -> str:
    """Three digits, and never an exponent: 0.0123 ms, 8.47 ms, 1,070 ms."""
    return f"{value:,.0f} ms" if abs(value) >= 100 else f"{value:.3g} ms"
