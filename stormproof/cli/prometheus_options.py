"""Options of commands that may ask a Prometheus."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from slo.objective import read_documents, read_objectives
from slo.prometheus.api import Api, asking
from slo.prometheus.connection import STEPS_S, Connection, connection_of
from slo.promise import Objective
from slo.windows import duration_s
from stormproof.errors import BadInput

Prometheus = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Ask a Prometheus instead, as http://127.0.0.1:9090."),
]
Step = Annotated[
    int | None,
    typer.Option(
        metavar="SECONDS",
        help=f"Of a Prometheus: {', '.join(map(str, STEPS_S))}; at least twice its scrape interval. Default: "
        f"{STEPS_S[0]}.",
    ),
]
Last = Annotated[
    str | None,
    typer.Option(metavar="DURATION", help="Of a Prometheus: the last 1h, 7d…, not objectives' windows."),
]


@dataclass(frozen=True, slots=True)
class LiveSource:
    """A Prometheus, and objectives that it may be asked of."""

    connection: Connection
    api: Api
    objectives: tuple[Objective, ...]


def live_source(objectives: Path, url: str | None, step_s: int | None, *, others: bool) -> LiveSource | None:
    """Where an option, or a DataSource beside the objectives, names one, and no other source is named.

    Raises InvalidFile, PrometheusError, and BadInput where both are named.
    """
    if url is not None and others:
        raise BadInput("--prometheus excludes run folders and files: requests would count twice.")
    if url is None and others:
        return None
    connection = connection_of(read_documents(objectives), url, step_s)
    if connection is None:
        return None
    return LiveSource(connection, Api(asking(connection)), read_objectives(objectives, live=True))


def check_duration(option: str, written: str) -> str:
    """As OpenSLO writes durations. Raises BadInput."""
    try:
        seconds = duration_s(written)
    except (ValueError, KeyError, IndexError):
        seconds = 0.0
    if seconds <= 0:
        raise BadInput(f"{option} {written}: must be minutes, hours, days or weeks, as 30m, 6h, 7d, 4w.")
    return written
