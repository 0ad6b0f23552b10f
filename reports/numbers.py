"""Numbers for reading. Decisions are made elsewhere, on unrounded ones."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal

from reports.bidi import isolated

NOTHING = "–"
"""Stands where there is no number."""
_FEWEST_DIGITS, _MOST_DIGITS = 2, 9
_NS_PER_S = 1_000_000_000


def format_ratio(ratio: float | None, *marks: float) -> str:
    """A ratio in percent with two decimals, and more where two would lie.

    It never reads as 100% or 0% unless it is, and never as equal to, or on the other side of, one of
    `marks` (a target): 0.99949 against 0.9995 is 99.949%, not 99.95%.
    """
    if ratio is None:
        return NOTHING
    if ratio in {0.0, 1.0}:
        return f"{ratio:.0%}"
    exact = Decimal(repr(ratio))
    limits = [Decimal(repr(mark)) for mark in (*marks, 0.0, 1.0)]
    for digits in range(_FEWEST_DIGITS, _MOST_DIGITS + 1):
        rounded = _percent(exact, digits)
        if all(_side(rounded, limit * 100) == _side(exact, limit) for limit in limits):
            return f"{rounded}%"
    return f"{exact * 100:f}%"


def format_target(target: float) -> str:
    """A promised ratio in percent, as short as it is: 99%, 99.9%, 99.95%."""
    return f"{(Decimal(repr(target)) * 100).normalize():f}%"


def format_budget(budget: float) -> str:
    """Bad events allowed, cut to one decimal, so that 6.97 does not read as the 7 it does not allow."""
    noiseless = round(Decimal(repr(budget)), 6)
    cut = noiseless.quantize(Decimal("0.1"), rounding=ROUND_DOWN)
    return f"{cut:,}".removesuffix(".0")


def format_count(count: int) -> str:
    """12,345."""
    return f"{count:,}"


def format_ms(latency_ms: float | None) -> str:
    """Milliseconds without their unit, three digits where there are so many: 0.42, 4.2, 42, 1,020."""
    if latency_ms is None:
        return NOTHING
    digits = 0 if latency_ms >= 10 else 1 if latency_ms >= 1 else 2
    return f"{latency_ms:,.{digits}f}"


def format_rate(rate_per_s: float) -> str:
    """Per second, without the unit."""
    return f"{rate_per_s:,.0f}" if rate_per_s >= 10 else f"{rate_per_s:,.1f}"


def format_value(value: float | None) -> str:
    """A measured number of unknown unit, with four significant digits."""
    if value is None:
        return NOTHING
    if abs(value) >= 1000 or value == int(value):
        return f"{value:,.0f}"
    return f"{Decimal(f'{value:.4g}'):f}"


def format_share(share: float | None) -> str:
    """A share of a whole in percent; over 999% only its size is told."""
    if share is None:
        return NOTHING
    if 0 < share < 0.01:
        return "<1%"
    return f"{share * 100:,.0f}%"


def format_duration(duration_s: float) -> str:
    """0.42 s, 18.2 s, 2 min 30 s, 3 h 05 min."""
    if duration_s < 1:
        return f"{duration_s:.2f} s"
    if round(duration_s, 1) < 60:
        return f"{duration_s:.1f} s"
    minutes, seconds = divmod(round(duration_s), 60)
    if minutes < 60:
        return f"{minutes} min {seconds:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def format_step(step_s: float) -> str:
    """A round stretch of time: 1 s, 30 s, 10 min 00 s."""
    return f"{step_s:g} s" if step_s < 60 else format_duration(step_s)


def format_days(days: float) -> str:
    """0.8 days, 12 days; more than ten years is only that."""
    if days > 3650:
        return "over ten years"
    if days < 1:
        return format_duration(days * 86_400)
    return f"{days:,.1f} days" if days < 10 else f"{days:,.0f} days"


def format_offset(offset_s: float | None) -> str:
    """An instant of a run as minutes:seconds since the load began: 1:04.2."""
    if offset_s is None:
        return NOTHING
    sign = "−" if offset_s < 0 else ""
    tenths = round(abs(offset_s) * 10)
    return f"{sign}{tenths // 600}:{tenths % 600 / 10:04.1f}"


def format_instant(at_ns: int | None) -> str:
    """2026-11-23 23:34:10 UTC."""
    if at_ns is None:
        return NOTHING
    return f"{datetime.fromtimestamp(at_ns // _NS_PER_S, UTC):%Y-%m-%d %H:%M:%S} UTC"


def unbroken(text: str) -> str:
    """`text` that no line ends within."""
    return text.replace(" ", "\u00a0")


def sentence(text: str) -> str:
    """`text` as a sentence: it begins large and ends with a stop."""
    begun = text[:1].upper() + text[1:]
    return begun if begun.endswith((".", "!", "?")) or not begun else f"{begun}."


def readable(text: str) -> str:
    """`printable`, for people: names of right-to-left scripts do not reorder what stands beside them."""
    return isolated(printable(text))


def printable(text: str) -> str:
    """`text` without the control characters that neither XML nor a terminal may meet."""
    return "".join(" " if ch in "\n\t\r" else ch if ch.isprintable() else "\ufffd" for ch in text)


def plural(count: int, one: str, many: str | None = None) -> str:
    """1 fault, 3 faults."""
    return f"{format_count(count)} {one if count == 1 else many or one + 's'}"


def joined(words: Iterable[str]) -> str:
    """a, b and c."""
    listed = list(words)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} and {listed[-1]}"


def _percent(ratio: Decimal, digits: int) -> Decimal:
    return (ratio * 100).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)


def _side(value: Decimal, mark: Decimal) -> int:
    return (value > mark) - (value < mark)
