"""`stormproof month`: what a calendar month was, from runs, tables or a Prometheus."""

import time
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter

from evidence.month_record import MonthRecord
from evidence.run_folder import RunFolder
from reports.month.terminal import render_month
from reports.month.write import write_month
from slo.months.grid import lay_grid
from slo.months.judge import MonthDemands, MonthQuestion, judge_month
from slo.months.maintenance import read_maintenance
from slo.months.month import read_month
from slo.months.sources import Named, count_sources
from slo.objective import read_documents, read_objectives
from slo.prometheus.month import count_prometheus
from slo.promise import Objective
from slo.tables.mapping import TableMapping, mapping_of, with_options
from slo.windows import Span, duration_s
from stormproof.cli.context import command_home, console
from stormproof.cli.prometheus_options import Prometheus, Step, check_duration, live_source
from stormproof.cli.slo_options import Columns, Demand, Objectives, Settings
from stormproof.errors import BadInput
from stormproof.watch.folder import WatchFolder

MONTHS_DIR = Path("months")


def add_month_command(app: typer.Typer) -> None:
    """Add it to the command line."""
    app.command(rich_help_panel="Verdicts")(month)


def month(  # noqa: PLR0913, PLR0917 -- one parameter an option
    written: Annotated[str, typer.Argument(metavar="MONTH", help="2026-11.")],
    objectives: Objectives,
    source: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RUN|FILE…",
            help="Run folders, a watch's folder, and CSV or Parquet files: paths, globs, addresses.",
        ),
    ] = None,
    maintenance: Annotated[
        Path | None, typer.Option(help="Declared maintenance windows: their requests are left out, and told.")
    ] = None,
    time_zone: Annotated[
        str | None,
        typer.Option(
            metavar="ZONE", help="Of the month and its days, as Europe/Berlin. Default: the objectives', UTC."
        ),
    ] = None,
    demand: Demand = None,
    window: Annotated[
        bool, typer.Option("--window", help="Ask whether the month met it. Default for tables.")
    ] = False,
    inference: Annotated[
        bool,
        typer.Option("--inference", help="Ask whether the service would meet it. Default for runs."),
    ] = False,
    prometheus: Prometheus = None,
    step: Step = None,
    silence: Annotated[
        str | None,
        typer.Option(
            metavar="DURATION",
            help="So long without a request is a gap: 30m, 6h, 1d. Default: tables 1h, a watch 10m, runs 1d.",
        ),
    ] = None,
    count_gaps_as_bad: Annotated[
        bool, typer.Option("--count-gaps-as-bad", help="MET if it holds even were all bad in the gaps.")
    ] = False,
    column: Columns = None,
    setting: Settings = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where the report is written; default: months/MONTH."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write a month's SLO compliance report: objectives, budgets, every day, and what is missing.

    Days without evidence are told, and a month that has any is never MET. A run that is INVALID is left out,
    with its reason.
    """
    with command_home():
        if window and inference:
            raise BadInput("--window and --inference exclude each other.")
        now_ns = time.time_ns()
        windows = () if maintenance is None else read_maintenance(maintenance)
        live = live_source(objectives, prometheus, step, others=bool(source))
        read = read_objectives(objectives) if live is None else live.objectives
        grid = lay_grid(read_month(written, time_zone or _zone_of(read)), windows, now_ns)
        sampled = False
        if live is None:
            mapping = with_options(
                mapping_of(read_documents(objectives)), tuple(column or ()), tuple(setting or ())
            )
            named = _named(tuple(source or mapping.files), mapping, silence, grid.month.span)
            sampled = bool(named.runs)
            counted = count_sources(named, read, grid, now_ns)
        else:
            if column or setting or silence:
                raise BadInput("--column, --setting and --silence are not for a Prometheus.")
            counted = count_prometheus(
                live.api, live.connection.url, read, grid, now_ns, live.connection.step_s
            )
        question: MonthQuestion = "inference" if inference or (sampled and not window) else "window"
        demands = MonthDemands(
            frozenset(demand or [one.name for one in read]), question, count_gaps_as_bad=count_gaps_as_bad
        )
        record = judge_month(grid, counted, windows, demands, now_ns)
        files = write_month(out or MONTHS_DIR / record.month, record)
        if as_json:
            # A month of gaps is long: highlighting it would take longer than counting it.
            console.file.write(TypeAdapter(MonthRecord).dump_json(record, indent=2).decode() + "\n")
        else:
            console.print(render_month(record, files))
        raise typer.Exit(record.verdict.exit_code)


def _named(sources: tuple[str, ...], mapping: TableMapping, silence: str | None, span: Span) -> Named:
    if not sources:
        raise BadInput("Name run folders or files, or files in a DataSource, or a --prometheus.")
    runs = tuple(run for one in sources if _is_run(one) for run in _runs_of(Path(one), span))
    tables = tuple(one for one in sources if not _is_run(one))
    return Named(runs, tables, mapping, None if silence is None else _silence_min(silence))


def _is_run(source: str) -> bool:
    """A folder, or a name that only a folder has."""
    if "://" in source or "*" in source:
        return False
    path = Path(source)
    return path.is_dir() or not (path.is_file() or path.suffix)


def _runs_of(path: Path, span: Span) -> tuple[Path, ...]:
    """A run's own folder, or the parts of a watch's folder that are of that time."""
    run, watched = RunFolder(path), WatchFolder(path)
    if run.run_file.exists() or not watched.parts():
        # A part that is about to begin has sent nothing yet.
        return () if run.is_part_of_watch and not run.run_file.exists() else (path,)
    found = tuple(part.path for part in watched.parts_in(span.start_ns, span.end_ns))
    if not found:
        raise BadInput(f"{path}: no part of this watch is of that month.")
    return found


def _silence_min(written: str) -> int:
    return int(duration_s(check_duration("--silence", written)) // 60)


def _zone_of(objectives: tuple[Objective, ...]) -> str:
    """The one that the objectives' calendars agree on, else UTC."""
    zones = {one.calendar.time_zone for one in objectives if one.calendar is not None}
    if len(zones) > 1:
        raise BadInput(f"The objectives' zones are {', '.join(sorted(zones))}: say --time-zone.")
    return zones.pop() if zones else "UTC"
