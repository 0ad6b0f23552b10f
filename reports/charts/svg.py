"""From a figure to SVG that can stand inside a page."""

import re
from dataclasses import dataclass, field
from html import escape
from io import StringIO

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.palette import TOKENS


@dataclass(frozen=True, slots=True)
class PlotArea:
    """Where a plot lies in its chart, in the chart's own units (points), and what its axes span."""

    left: float
    top: float
    width: float
    height: float
    last: float
    """Where the x axis ends; it begins at 0."""
    low: float
    high: float
    logarithmic: bool
    """The y axis, from `low` to `high`."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart."""

    name: str
    """Also the prefix of every id inside: several charts share a page."""
    title: str
    summary: str
    """What it shows, in words: for those who cannot see it."""
    svg: str
    plots: tuple[PlotArea, ...]
    """Its plots, from the top down."""
    figure: Figure = field(repr=False, compare=False)
    """What it was drawn from: for files of other forms."""


_POINTS_PER_INCH = 72
_TOKEN_OF_COLOUR = {colour.light: name for name, colour in TOKENS.items()}
_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_OPENING = re.compile(r"<svg\b[^>]*?viewBox=\"([^\"]+)\"[^>]*>", re.DOTALL)
_LONG_NUMBER = re.compile(r"(?<![\w#.])-?\d+\.\d{2,}")
_FONT = re.compile(r"font(?:-family)?: (?:(bold) )?(?:([\d.]+)px )?(?:'[^']*'(?:, )?|[\w-]+(?:, )?)+;?")
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_COMMENT = re.compile(r"\s*<!--.*?-->", re.DOTALL)
_TEXT = re.compile(r">[^<]+<")


def render_chart(figure: Figure, *, name: str, title: str, summary: str) -> Chart:
    """The figure as inline SVG: same figure, same bytes. Call it under `chart_settings`."""
    buffer = StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = _COMMENT.sub("", _METADATA.sub("", _PROLOGUE.sub("", buffer.getvalue(), count=1)))
    body, texts = _set_texts_aside(svg)
    body = _LONG_NUMBER.sub(lambda match: _short(match.group()), body)
    body = _COLOUR.sub(_variable, body)
    body = _FONT.sub(_font, body)
    body = body.replace('id="', f'id="{name}-').replace("url(#", f"url(#{name}-")
    body = body.replace('xlink:href="#', f'href="#{name}-')
    body = re.sub(r"\n\s*", "\n", body)
    label = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(summary)}</desc>'
    opening = (
        rf'<svg class="chart" viewBox="\1" role="img" aria-labelledby="{name}-title {name}-desc" '
        'preserveAspectRatio="xMidYMid meet">'
    )
    body = _OPENING.sub(lambda match: match.expand(opening) + label, body, count=1)
    plots = tuple(_area(figure, axes) for axes in figure.axes)
    return Chart(name, title, summary, _put_texts_back(body, texts), plots, figure)


def moving(artist: Artist, name: str) -> None:
    """Mark what the page's script draws anew when the reader zooms or toggles; `name` is its own."""
    artist.set_gid(f"{MOVING}{name}")


MOVING = "moving-"


def _area(figure: Figure, axes: Axes) -> PlotArea:
    width, height = (inches * _POINTS_PER_INCH for inches in figure.get_size_inches())
    box = axes.get_position()
    low, high = axes.get_ylim()
    return PlotArea(
        left=round(float(box.x0 * width), 2),
        top=round(float((1 - box.y1) * height), 2),
        width=round(float(box.width * width), 2),
        height=round(float(box.height * height), 2),
        last=float(axes.get_xlim()[1]),
        low=float(low),
        high=float(high),
        logarithmic=axes.get_yscale() == "log",
    )


def _set_texts_aside(svg: str) -> tuple[str, list[str]]:
    """Names in a chart may look like colours, numbers or ids: nothing is replaced inside them."""
    texts: list[str] = []

    def keep(match: re.Match[str]) -> str:
        if not match.group()[1:-1].strip():
            return match.group()
        texts.append(match.group())
        return f">\0{len(texts) - 1}\0<"

    before, style_open, rest = svg.partition("<style")
    style, style_close, after = rest.partition("</style>")
    return f"{before}{style_open}{style}{style_close}" + _TEXT.sub(keep, after), texts


def _put_texts_back(body: str, texts: list[str]) -> str:
    return re.sub(r">\0(\d+)\0<", lambda match: texts[int(match.group(1))], body)


def _short(number: str) -> str:
    """A tenth of a point is a seventh of a pixel on most screens."""
    shortened = f"{float(number):.1f}" if abs(float(number)) >= 1 else f"{float(number):.3f}"
    return shortened.rstrip("0").rstrip(".").replace("-0", "0") if float(shortened) == 0 else shortened


def _variable(match: re.Match[str]) -> str:
    token = _TOKEN_OF_COLOUR.get(match.group())
    return match.group() if token is None else f"var(--{token})"


def _font(match: re.Match[str]) -> str:
    """The page sets the family; size and weight stay."""
    weight = "font-weight: 600;" if match.group(1) else ""
    size = f"font-size: {match.group(2)}px;" if match.group(2) else ""
    return f"{weight}{size}"
