"""The colours of everything that people read: one thing, one colour, in light and in dark.

The light value of a token is also its name inside a chart: charts are drawn in light colours and each is
then replaced by its CSS variable, so that a chart follows the reader's colour scheme. Hence no two tokens
share a light value. Text colours have a contrast of at least 4.5:1 on every surface of their scheme.
"""

from dataclasses import dataclass

from evidence.request_record import Outcome, ServedFrom
from evidence.verdict_record import Verdict


@dataclass(frozen=True, slots=True)
class Colour:
    """One thing's colour in each scheme."""

    light: str
    dark: str


TOKENS = {
    # Page
    "page": Colour("#f6f7f8", "#0f1317"),
    "surface": Colour("#ffffff", "#171c22"),
    "raised": Colour("#f0f2f4", "#20262e"),
    "ink": Colour("#1b2127", "#e7ebef"),
    "muted": Colour("#545e69", "#a3afbb"),
    "line": Colour("#d9dee3", "#323b45"),
    "link": Colour("#0b5cad", "#7cb8f5"),
    # Charts
    "axis": Colour("#646f7a", "#93a0ad"),
    "grid": Colour("#e4e8ec", "#28303a"),
    "phase": Colour("#eceff2", "#222932"),
    "phase-other": Colour("#dfe4e9", "#2b343e"),
    "fault": Colour("#b3446c", "#e88aae"),
    "offered": Colour("#1b2128", "#e7ebee"),
    "achieved": Colour("#7f9db8", "#5b7d9c"),
    "p50": Colour("#7fb0dd", "#3f78ad"),
    "p95": Colour("#2c76b8", "#6fb1ea"),
    "p99": Colour("#0d3a69", "#d3e7fa"),
    # How many requests a cell of the heatmap holds, from few to many
    "heat-1": Colour("#e3edf6", "#1d2c3b"),
    "heat-2": Colour("#c3d9ec", "#23405a"),
    "heat-3": Colour("#9bc1e0", "#2b597f"),
    "heat-4": Colour("#6ea4d0", "#3b78a8"),
    "heat-5": Colour("#4484ba", "#5c9bcb"),
    "heat-6": Colour("#26639c", "#8fc0e6"),
    "heat-7": Colour("#113e6b", "#d0e6f8"),
    # Outcomes
    "ok": Colour("#6bab8c", "#4b9a75"),
    "degraded": Colour("#e3b04b", "#d6a33e"),
    "rejected": Colour("#9275bd", "#a98ad3"),
    "wrong": Colour("#c45aa0", "#d775b4"),
    "failed": Colour("#c73a30", "#e5594f"),
    "connection": Colour("#7a2c28", "#a8524c"),
    "timeout": Colour("#e0742f", "#f08f55"),
    "undelivered": Colour("#99a2ab", "#79838d"),
    # Where an answer came from
    "live": Colour("#3f8f8b", "#45a39e"),
    "cache": Colour("#79bccb", "#6fb3c2"),
    "stale": Colour("#c6a22a", "#cdab3a"),
    "empty": Colour("#a5496d", "#c56a8d"),
    "unsaid": Colour("#b3bac1", "#5c6670"),
    # Verdicts, as text and as symbols
    "met": Colour("#12703f", "#56c990"),
    "missed": Colour("#b3231a", "#ff8a7e"),
    "not-proven": Colour("#7d5200", "#e6b949"),
    "invalid": Colour("#653ba0", "#c0a2f2"),
    "met-tint": Colour("#e7f4ec", "#12291d"),
    "missed-tint": Colour("#fdecea", "#351a18"),
    "not-proven-tint": Colour("#fbf2dd", "#2e2613"),
    "invalid-tint": Colour("#f1eafa", "#251c35"),
}

OUTCOMES = (
    Outcome.OK,
    Outcome.DEGRADED,
    Outcome.REJECTED,
    Outcome.WRONG,
    Outcome.FAILED,
    Outcome.CONNECTION,
    Outcome.TIMEOUT,
    Outcome.UNDELIVERED,
)
"""In the order in which they are stacked and listed: from what users wish for to what they never got."""

HEAT = tuple(name for name in TOKENS if name.startswith("heat-"))
"""From few requests to many."""

UNSAID = "unsaid"
SERVED_FROM = (*(source.value for source in ServedFrom), UNSAID)
"""In the order in which they are stacked and listed; the last where the answer does not say, or none came."""

SYMBOLS = {Verdict.MET: "✓", Verdict.MISSED: "✗", Verdict.NOT_PROVEN: "?", Verdict.INVALID: "!"}
"""Beside the word, never instead of it."""


def verdict_token(verdict: Verdict | str) -> str:
    """The token of a verdict's colour: met, missed, not-proven, invalid."""
    return verdict.lower().replace(" ", "-")


def css_variables() -> str:
    """All tokens as CSS variables, dark where the reader's system is, always light on paper."""
    light = "".join(f"--{name}:{colour.light};" for name, colour in TOKENS.items())
    dark = "".join(f"--{name}:{colour.dark};" for name, colour in TOKENS.items())
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )
