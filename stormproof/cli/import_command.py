"""Results of other tools become evidence: import."""

import sys
from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer

from evidence.importing.catalogue import AUTO, FORMATS
from evidence.importing.errors import BadValue
from evidence.importing.format import ReadOptions
from evidence.importing.formats.hdr_requests import UNITS_NS
from evidence.importing.import_plan import ImportPlan
from evidence.importing.importer import Imported, import_results
from evidence.importing.instants import rfc3339_ns, zone_named
from evidence.importing.judgement import read_statuses
from evidence.importing.labels import Labels, read_rule
from evidence.request_record import LatencyClock
from stormproof.cli.context import RUNS_DIR, command_home, console, shown_board
from stormproof.errors import BadInput

_FORMATS = ", ".join(one.name for one in FORMATS)


Files = Annotated[list[Path], typer.Argument(help="Results of one tool, gzip'd or not; they become one run.")]
From = Annotated[
    str, typer.Option("--from", help=f"The tool or the format, recognised by default: {_FORMATS}.")
]
Target = Annotated[str | None, typer.Option(help="What was under load, where the files do not say it.")]
OperationFrom = Annotated[
    str, typer.Option(help="What names an operation: auto, name, path, tag:NAME or fixed:LABEL.")
]
PathTemplates = Annotated[
    list[str] | None, typer.Option(help="A path that is one operation, as /documents/{id}.")
]
ExpectedStatus = Annotated[
    str | None, typer.Option(help="Statuses from 400 on that are right answers, as 404,409-410.")
]
LogFormat = Annotated[
    str | None, typer.Option(help="Of an access log: nginx's log_format or Envoy's text_format.")
]
TimeZone = Annotated[str | None, typer.Option(help="Of instants that name none: Europe/Berlin, +02:00, UTC.")]
Clock = Annotated[str | None, typer.Option(help="What values in a histogram count from: sent or intended.")]
StartedAt = Annotated[
    str | None, typer.Option(help="Of results that do not say when they were made, as 2026-11-25T15:00:00Z.")
]
AssumeAnswered = Annotated[
    bool, typer.Option("--assume-answered", help="That what a histogram counted was answered well.")
]
SkipBadLines = Annotated[
    bool, typer.Option("--skip-bad-lines", help="Go on after what cannot be read; run.json counts it.")
]


def add_import_command(app: typer.Typer) -> None:
    """Add it to the command line."""
    app.command(name="import", rich_help_panel="Verdicts")(import_files)


def import_files(  # noqa: PLR0913, PLR0917 -- an option each
    files: Files,
    form: From = AUTO,
    runs: Annotated[Path, typer.Option("--runs", help="Where the run folder is made.")] = RUNS_DIR,
    name: Annotated[str | None, typer.Option(help="Of the run; by default the tool's.")] = None,
    target: Target = None,
    operation_from: OperationFrom = "auto",
    path_template: PathTemplates = None,
    tier_from: Annotated[str | None, typer.Option(help="The tier: tag:NAME or fixed:LABEL.")] = None,
    tenant_from: Annotated[str | None, typer.Option(help="The tenant: tag:NAME or fixed:LABEL.")] = None,
    expected_status: ExpectedStatus = None,
    log_format: LogFormat = None,
    time_zone: TimeZone = None,
    unit: Annotated[str | None, typer.Option(help="Of values in a histogram: ns, us, ms or s.")] = None,
    clock: Clock = None,
    started_at: StartedAt = None,
    assume_answered: AssumeAnswered = False,
    warm_up_s: Annotated[float, typer.Option(min=0, help="The first seconds, which do not count.")] = 0.0,
    skip_bad_lines: SkipBadLines = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print run.json.")] = False,
) -> None:
    """Make a run of what another tool recorded, for stormproof slo and report.

    k6, Vegeta, wrk2, HdrHistogram, Gatling, Locust, JMeter, nginx and Envoy: docs/import.md says what each
    tells.
    """
    with command_home():
        read = ReadOptions(
            zone=None if time_zone is None else zone_named(time_zone),
            expected=None if expected_status is None else read_statuses(expected_status),
            log_format=log_format,
            unit_ns=None if unit is None else _unit_ns(unit),
            clock=None if clock is None else _clock(clock),
            assume_answered=assume_answered or None,
            started_at_ns=None if started_at is None else _instant_ns(started_at),
        )
        labels = Labels(
            operation=read_rule("--operation-from", operation_from, operation=True),
            path_templates=tuple(path_template or ()),
            tier=None if tier_from is None else read_rule("--tier-from", tier_from),
            tenant=None if tenant_from is None else read_rule("--tenant-from", tenant_from),
        )
        plan = ImportPlan(
            tuple(files),
            format=form,
            runs_dir=runs,
            name=name,
            target=target,
            read=read,
            labels=labels,
            warm_up_s=warm_up_s,
            skip_bad_lines=skip_bad_lines,
            command=("stormproof", *sys.argv[1:]),
        )
        _show(_imported(plan), as_json=as_json)


def _imported(plan: ImportPlan) -> Imported:
    with shown_board() as board:
        board.tell("import", "reading")
        done = import_results(plan, lambda made: board.tell("import", "reading", detail=f"{made:,} requests"))
        requests = done.run.imported.requests if done.run.imported else 0
        board.tell("import", f"{requests:,} requests", done=True)
    return done


def _show(done: Imported, *, as_json: bool) -> None:
    if as_json:
        console.print_json(done.folder.run_file.read_text(encoding="utf-8"))
        return
    if done.run.imported is not None:
        console.print(f"Latency counts from {done.run.imported.latency}.", markup=False)
    for note in done.run.notes:
        console.print(note, markup=False)
    console.print(f"Evidence  {done.folder.path}", soft_wrap=True, markup=False)
    console.print(
        f"Judge it  stormproof slo {done.folder.path} --objectives PATH", soft_wrap=True, markup=False
    )


def _unit_ns(text: str) -> int:
    if text not in UNITS_NS:
        raise BadInput(f"--unit {text!r}: must be one of {', '.join(UNITS_NS)}")
    return UNITS_NS[text]


def _clock(text: str) -> LatencyClock:
    try:
        return LatencyClock(text)
    except ValueError as error:
        raise BadInput(f"--clock {text!r}: must be one of {', '.join(LatencyClock)}") from error


def _instant_ns(text: str) -> int:
    try:
        return rfc3339_ns("--started-at", text, UTC)
    except BadValue as error:
        raise BadInput(f"{error}, in UTC") from error
