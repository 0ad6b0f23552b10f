"""Options of `stormproof slo`."""

from pathlib import Path
from typing import Annotated

import typer

Source = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="RUN|FILE…",
        help="A run folder: runs/<id>. Or CSV or Parquet files: paths, globs, s3:// and https:// addresses.",
    ),
]
Objectives = Annotated[Path, typer.Option(help="An OpenSLO or Sloth file, or a folder of them.")]
ObjectivesOrPlan = Annotated[
    Path | None,
    typer.Option(
        "--objectives",
        help="An OpenSLO or Sloth file, or a folder of them. Default: what the plan of the run named, with "
        "its demands and its contract.",
    ),
]
Demand = Annotated[
    list[str] | None, typer.Option(help="An objective that the verdict rests on; all when none is named.")
]
Looks = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS",
        min=0,
        help="Judge by bounds that hold however often you ask while the run goes on. Failures that have "
        "one cause last at most so long; 0: requests fail independently of each other.",
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="ROLE=NAME",
        help="A column of the table: time, latency, status, good, operation, tier, tenant, id.",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--setting",
        metavar="NAME=VALUE",
        help="time_unit, time_zone, time_format, time_is (start or end), latency_unit, delimiter.",
    ),
]
Frequencies = Annotated[
    list[str] | None,
    typer.Option(
        "--frequency",
        metavar="FAULT=N/PERIOD",
        help="With --budget: what a fault costs in a month, as redis-down=2/month.",
    ),
]
