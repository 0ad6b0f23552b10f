"""The percentile spectrum: latency against the percentile, stretched so that each nine has as much room."""

import math
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter

from reports.charts.latency_axis import logarithmic
from reports.charts.style import WIDTH_IN, ink, new_figure, plain
from reports.charts.svg import Chart, moving, render_chart
from reports.charts.time_axis import PLOT_LEFT_IN, PLOT_WIDTH_IN
from reports.numbers import format_count, format_ms
from reports.series import RunSeries
from reports.spectrum import SpectrumLine, operation_lines, whole_line

_HEIGHT_IN = 2.9
_TOP_IN, _BOTTOM_IN = 0.1, 0.46
_WIDE = 2.2
_DASHES = ((), (6, 2), (2, 2), (6, 2, 1, 2))
_WIDTHS = (1.0, 1.6)


@dataclass(frozen=True, slots=True)
class Stroke:
    """How one operation's line is drawn: by dashes, then by width, since colours stand for other things."""

    dashes: tuple[float, ...]
    """In multiples of the width; none for an unbroken line."""
    width: float


def stroke_of(index: int) -> Stroke:
    """Of the operation at this place in the order of the spectrum."""
    return Stroke(_DASHES[index % len(_DASHES)], _WIDTHS[index // len(_DASHES) % len(_WIDTHS)])


def draw_spectrum(series: RunSeries) -> Chart:
    """All requests, their service time, and each operation."""
    total_in = _TOP_IN + _HEIGHT_IN + _BOTTOM_IN
    figure = new_figure(total_in)
    axes = figure.add_axes(
        (PLOT_LEFT_IN / WIDTH_IN, _BOTTOM_IN / total_in, PLOT_WIDTH_IN / WIDTH_IN, _HEIGHT_IN / total_in)
    )
    plain(axes, unit="latency, ms (log scale)")
    whole, service = whole_line(series.cells), whole_line(series.cells, service=True)
    operations = operation_lines(series.cells)
    for index, one in enumerate(operations if len(operations) > 1 else ()):
        stroke = stroke_of(index)
        pattern = (0, stroke.dashes) if stroke.dashes else "-"
        (drawn,) = axes.plot(
            *_split(one), color=ink("axis"), linewidth=stroke.width, linestyle=pattern, zorder=2
        )
        moving(drawn, f"operation-{index}")
    for one, token, name in ((service, "achieved", "service"), (whole, "offered", "all")):
        if one.points:
            (drawn,) = axes.plot(*_split(one), color=ink(token), linewidth=_WIDE, zorder=3)
            moving(drawn, name)
    lines = [one for one in (whole, service, *operations) if one.points]
    _nines_axis(axes, max((one.points[-1][0] for one in lines), default=1.0))
    logarithmic(axes, [value for one in lines for _, value in one.points])
    return render_chart(
        figure, name="spectrum", title="Percentile spectrum of latency", summary=_summary(whole, service)
    )


def _split(line: SpectrumLine) -> tuple[list[float], list[float]]:
    return [nines for nines, _ in line.points], [value for _, value in line.points]


def _nines_axis(axes: Axes, most: float) -> None:
    marks = [0.0, math.log10(2), math.log10(4), *range(1, math.ceil(most) + 1)]
    axes.set_xlim(0, max(most, 1.0) * 1.01)
    axes.xaxis.set_major_locator(FixedLocator([mark for mark in marks if mark <= max(most, 1.0)]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda nines, _: percent_of(nines)))
    axes.set_xlabel("percentile of requests, in %", color=ink("axis"), labelpad=5)


def percent_of(nines: float) -> str:
    """The percentile at so many nines: 0, 50, 75, 90, 99, 99.9."""
    return f"{100 * (1 - 10**-nines):.{max(0, math.ceil(nines - 1e-9) - 2)}f}"


def _summary(whole: SpectrumLine, service: SpectrumLine) -> str:
    if not whole.points:
        return "How long requests took is not on record, so there is no latency to show."
    told = [
        f"{percent_of(nines)}% within {format_ms(_at(whole, nines))} ms"
        for nines in (math.log10(2), 1.0, 2.0, 3.0, 4.0)
        if nines <= whole.points[-1][0] + 1e-9
    ]
    text = f"Of {format_count(whole.requests)} requests, {', '.join(told)}."
    if not service.points:
        return text
    nines = min(2.0, service.points[-1][0], whole.points[-1][0])
    return (
        f"{text} From the sending alone it is {format_ms(_at(service, nines))} ms at {percent_of(nines)}%: "
        "the difference is what requests waited to be sent."
    )


def _at(line: SpectrumLine, nines: float) -> float:
    return min(line.points, key=lambda point: abs(point[0] - nines))[1]
