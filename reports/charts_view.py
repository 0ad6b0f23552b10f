"""All charts of a report."""

import logging
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from reports.charts.heatmap import draw_heatmap
from reports.charts.latency import draw_latency
from reports.charts.outcomes import draw_outcomes
from reports.charts.spectrum import draw_spectrum
from reports.charts.style import chart_settings
from reports.charts.svg import Chart
from reports.charts.throughput import draw_throughput
from reports.history import History
from reports.series import RunSeries


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts of one run; all but the spectrum over the same stretch of time."""

    outcomes: Chart
    latency: Chart
    heatmap: Chart
    spectrum: Chart
    throughput: Chart

    def __iter__(self) -> Iterator[Chart]:
        """In the order of the page."""
        return iter((self.outcomes, self.latency, self.heatmap, self.spectrum, self.throughput))


def draw_charts(series: RunSeries, history: History) -> Charts:
    """Draw them all. The process's own matplotlib settings are left as they were."""
    # A name in a script that the measuring font lacks is still shown: text stays text.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    with chart_settings(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        return Charts(
            outcomes=draw_outcomes(series, history),
            latency=draw_latency(series, history),
            heatmap=draw_heatmap(series, history),
            spectrum=draw_spectrum(series),
            throughput=draw_throughput(series, history),
        )
