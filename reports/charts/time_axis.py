"""The time axis and what is marked along it: phases and faults."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import blended_transform_factory

from reports.charts.style import FONT_PT, WIDTH_IN, ink
from reports.charts.svg import moving
from reports.history import History
from reports.numbers import printable

STRIP_IN = 0.2
"""Height of the strip of phases."""
_STRIP_GAP_IN = 0.06
_CHARACTER_PT = 0.56 * FONT_PT
_FEWEST_CHARACTERS = 4


@dataclass(frozen=True, slots=True)
class TimeUnit:
    """What one step along the axis is."""

    seconds: float
    name: str


def time_unit(duration_s: float) -> TimeUnit:
    """Seconds up to ten minutes, then minutes, hours, days."""
    if duration_s <= 600:
        return TimeUnit(1, "seconds")
    if duration_s <= 3 * 3600:
        return TimeUnit(60, "minutes")
    if duration_s <= 72 * 3600:
        return TimeUnit(3600, "hours")
    return TimeUnit(86400, "days")


def draw_time_axis(axes: Axes, history: History, *, label: bool = True) -> None:
    """Span the run, in a unit that suits its length."""
    unit = time_unit(history.end_s)
    axes.set_xlim(0, max(history.end_s, 1.0))
    axes.xaxis.set_major_locator(_RoundTicks(unit.seconds))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value / unit.seconds:,g}")
    axes.tick_params(axis="x", labelbottom=label)
    moving(axes.xaxis, f"axis-{len(axes.figure.axes)}")
    if label:
        axes.set_xlabel(f"{unit.name} since the load began", color=ink("axis"), labelpad=5)


def draw_faults(axes: Axes, history: History, *, numbered: bool = True) -> None:
    """Shade each episode: stronger where it counts, from verified to healing."""
    for episode in history.episodes:
        start = episode.begins_s
        if start is None:
            continue
        end = _first(episode.heal_verified_s, history.end_s) or history.end_s
        _shade(axes, (start, end), 0.1, f"fault-{episode.number}")
        if episode.verified_s is not None:
            until = _first(episode.healing_s, end) or end
            _shade(axes, (episode.verified_s, until), 0.14, f"counted-{episode.number}")
        if numbered:
            _draw_number(axes, episode.number, (start + end) / 2)


def _shade(axes: Axes, stretch_s: tuple[float, float], alpha: float, name: str) -> None:
    shade = axes.axvspan(*stretch_s, color=ink("fault"), alpha=alpha, linewidth=0, zorder=0.5)
    moving(shade, f"{name}-{len(axes.figure.axes)}")


def draw_phases(axes: Axes, history: History, plot_width_in: float, plot_height_in: float) -> None:
    """A strip above the plot that names the phases, as far as their names fit."""
    across = blended_transform_factory(axes.transData, axes.transAxes)
    bottom = 1 + _STRIP_GAP_IN / plot_height_in
    height = STRIP_IN / plot_height_in
    points_per_s = plot_width_in * 72 / max(history.end_s, 1.0)
    for index, phase in enumerate(history.phases):
        start, end = max(0.0, phase.start_s), min(history.end_s, phase.end_s)
        if end <= start:
            continue
        tone = "phase" if index % 2 == 0 else "phase-other"
        strip = Rectangle((start, bottom), end - start, height, transform=across, clip_on=False)
        strip.set(facecolor=ink(tone), edgecolor="none")
        moving(strip, f"phase-{index}")
        axes.add_patch(strip)
        text = fitted(printable(phase.name), (end - start) * points_per_s)
        if text:
            named = axes.text(
                (start + end) / 2,
                bottom + height * 0.46,
                text,
                transform=across,
                ha="center",
                va="center_baseline",
                color=ink("muted"),
                fontsize=FONT_PT - 1.5,
            )
            moving(named, f"phase-name-{index}")


def fitted(text: str, width_pt: float) -> str:
    """`text`, cut to what fits; empty where too little of it would be left."""
    room = int((width_pt - 4) / (_CHARACTER_PT * (FONT_PT - 1.5) / FONT_PT))
    if len(text) <= room:
        return text
    return f"{text[: room - 1]}…" if room >= _FEWEST_CHARACTERS else ""


class _RoundTicks(MaxNLocator):
    """Ticks at round numbers of the unit, not of the seconds beneath."""

    def __init__(self, unit_s: float) -> None:
        super().__init__(nbins=10, steps=[1, 2, 3, 5, 6, 10] if unit_s == 1 else [1, 2, 5, 10])
        self._unit_s = unit_s

    def tick_values(self, vmin: float, vmax: float) -> list[float]:
        return [
            tick * self._unit_s
            for tick in super().tick_values(vmin / self._unit_s, vmax / self._unit_s)
            if vmin <= tick * self._unit_s <= vmax
        ]


def _draw_number(axes: Axes, number: int, middle_s: float) -> None:
    mark = axes.annotate(
        str(number),
        (middle_s, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, -9),
        textcoords="offset points",
        ha="center",
        va="center_baseline",
        color=ink("surface"),
        fontsize=FONT_PT - 1,
        fontweight="bold",
        bbox={"boxstyle": "circle,pad=0.22", "facecolor": ink("fault"), "edgecolor": "none"},
        zorder=6,
    )
    moving(mark, f"number-{number}")


def _first(*instants: float | None) -> float | None:
    return next((instant for instant in instants if instant is not None), None)


PLOT_LEFT_IN, PLOT_RIGHT_IN = 0.72, 0.72
"""Room for the y axis, and for the names of lines at their ends."""
PLOT_WIDTH_IN = WIDTH_IN - PLOT_LEFT_IN - PLOT_RIGHT_IN
