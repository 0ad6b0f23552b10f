"""Percentiles in the terminal."""

from rich import box
from rich.table import Table
from rich.text import Text

from slo.latency_bounds import BoundedPercentile

_NOT_SUPPORTED = "too few"


def render_percentiles(percentiles: tuple[BoundedPercentile, ...]) -> Table:
    """A row a percentile, with its bounds; `too few` where the sample cannot support it."""
    table = Table(
        title="Latency, with 95% bounds", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
    )
    for header in ("objective", "percentile", "ms", "at least", "at most", "requests", "worth"):
        table.add_column(Text(header, style="dim"))
    for one in percentiles:
        name = f"p{one.quantile * 100:g}"
        values = (_ms(one.value_ms), _ms(one.low_ms), _ms(one.high_ms))
        cells = (one.objective, name, *values, f"{one.requests:,}", f"{one.effective_requests:,}")
        table.add_row(*map(Text, cells))
    return table


def _ms(value: float | None) -> str:
    return _NOT_SUPPORTED if value is None else f"{value:,.1f}"
