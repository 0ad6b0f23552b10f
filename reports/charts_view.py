"""All charts of a report."""

import logging
import warnings
from dataclasses import dataclass

from reports.charts.latency import draw_latency
from reports.charts.outcomes import draw_outcomes
from reports.charts.style import chart_settings
from reports.charts.svg import Chart
from reports.charts.throughput import draw_throughput
from reports.history import History
from reports.series import RunSeries


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts of one run, over the same stretch of time."""

    latency: Chart
    throughput: Chart
    outcomes: Chart


def draw_charts(series: RunSeries, history: History) -> Charts:
    """Draw them all. The process's own matplotlib settings are left as they were."""
    # A name in a script that the measuring font lacks is still shown: text stays text.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    with chart_settings(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        return Charts(
            draw_latency(series, history),
            draw_throughput(series, history),
            draw_outcomes(series, history),
        )
