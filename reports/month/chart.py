"""The month of one objective, a bar a day: how much of the month's budget each day spent."""

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from evidence.month_record import DayState, MonthObjective
from reports.charts.style import FONT_PT, WIDTH_IN, ink, new_figure, plain
from reports.charts.svg import Chart, render_chart
from reports.numbers import format_share, plural

_HEIGHT_IN, _LEFT_IN, _RIGHT_IN, _BOTTOM_IN, _TOP_IN = 1.7, 0.72, 0.72, 0.46, 0.12
_LEAST_TOP = 0.1


def draw_days(one: MonthObjective, number: int) -> Chart:
    """Draw it. `number` tells the charts of a page apart."""
    figure = new_figure(_HEIGHT_IN)
    axes = figure.add_axes(
        (
            _LEFT_IN / WIDTH_IN,
            _BOTTOM_IN / _HEIGHT_IN,
            (WIDTH_IN - _LEFT_IN - _RIGHT_IN) / WIDTH_IN,
            (_HEIGHT_IN - _BOTTOM_IN - _TOP_IN) / _HEIGHT_IN,
        )
    )
    plain(axes, unit="of the budget")
    spent = _spent(one)
    running = [sum(spent[: index + 1]) for index in range(len(spent))]
    top = max([*running, _LEAST_TOP]) * 1.15
    positions = list(range(1, len(spent) + 1))
    axes.bar(positions, spent, width=0.7, color=ink("achieved"), linewidth=0, zorder=2)
    edges = [0.5 + index for index in range(len(spent) + 1)]
    known = max((index + 1 for index, day in enumerate(one.days) if day.total), default=0)
    if known:
        axes.stairs(
            running[:known], edges[: known + 1], baseline=None, color=ink("offered"), linewidth=1.2, zorder=3
        )
    _shade(axes, one)
    if top >= 1:
        axes.axhline(1.0, color=ink("missed"), linewidth=1, zorder=4)
        axes.annotate(
            "all of it",
            (1, 1.0),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center_baseline",
            color=ink("missed"),
            fontsize=FONT_PT,
        )
    axes.set_xlim(0.4, len(spent) + 0.6)
    axes.set_ylim(0, top)
    axes.set_xticks([position for position in positions if position == 1 or position % 5 == 0])
    axes.set_xlabel("day of the month", color=ink("axis"), labelpad=5)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))
    return render_chart(
        figure,
        name=f"days-{number}",
        title=f"Error budget of {one.result.name} spent day by day",
        summary=_summary(one, spent),
    )


def _spent(one: MonthObjective) -> list[float]:
    budget = one.result.budget
    return [day.bad / budget if budget > 0 else 0.0 for day in one.days]


def _shade(axes: Axes, one: MonthObjective) -> None:
    """Days that lack evidence, or were maintenance."""
    for index, day in enumerate(one.days):
        if day.state in {DayState.MISSING, DayState.PARTLY}:
            axes.axvspan(index + 0.5, index + 1.5, color=ink("fault"), alpha=0.16, linewidth=0, zorder=0.5)
        elif day.state in {DayState.MAINTENANCE, DayState.TO_COME}:
            axes.axvspan(index + 0.5, index + 1.5, color=ink("phase"), linewidth=0, zorder=0.4)


def _summary(one: MonthObjective, spent: list[float]) -> str:
    lacking = sum(day.state in {DayState.MISSING, DayState.PARTLY} for day in one.days)
    worst = max(range(len(spent)), key=spent.__getitem__)
    told = f"{format_share(one.result.consumed)} of the budget was spent"
    if spent[worst]:
        told += f", the most on {one.days[worst].date}: {format_share(spent[worst])}"
    return f"{told}. {plural(lacking, 'day lacks', 'days lack')} evidence." if lacking else f"{told}."
