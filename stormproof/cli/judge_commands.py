"""From evidence to people: slo, report; and validate."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from evidence.run_folder import RunFolder
from evidence.verdict_record import VerdictRecord
from reports.terminal import render_terminal
from reports.write import write_reports
from slo.contract.contract import read_contract
from slo.evaluate import Demands
from slo.inference.any_time import AnyTime
from slo.objective import read_objectives
from slo.verdicts import Question
from stormproof.cli.context import command_home, console
from stormproof.cli.validate_command import validate
from stormproof.errors import BadInput
from stormproof.run.conclusion import conclude

RunPath = Annotated[Path, typer.Argument(help="A run folder: runs/<id>.")]


def add_judge_commands(app: typer.Typer) -> None:
    """Add them to the command line."""
    commands: tuple[Callable[..., None], ...] = (slo, report, validate)
    for command in commands:
        app.command(rich_help_panel="Verdicts")(command)


def slo(  # noqa: PLR0913, PLR0917 -- a command line
    run: RunPath,
    objectives: Annotated[Path, typer.Option(help="An OpenSLO file, or a folder of them.")],
    demand: Annotated[
        list[str] | None, typer.Option(help="An objective that the verdict rests on; all when none is named.")
    ] = None,
    contract: Annotated[
        Path | None, typer.Option(help="What each operation may do under each fault: a contract file.")
    ] = None,
    whole_contract: Annotated[
        bool,
        typer.Option("--whole-contract", help="Demand the cells that the run did not bring about, too."),
    ] = False,
    window: Annotated[bool, typer.Option("--window", help="Ask whether this window met it.")] = False,
    looks: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            min=0,
            help="Judge by bounds that hold however often you ask while the run goes on. Failures that have "
            "one cause last at most so long; 0: requests fail independently of each other.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
) -> None:
    """Judge a run's evidence against objectives and a contract; writes verdict.json and the reports again."""
    with command_home():
        read = read_objectives(objectives)
        names = frozenset(demand or [objective.name for objective in read])
        folder = RunFolder(run.absolute())
        demands = Demands(
            names,
            _question(window=window, looks=looks),
            folder.read_run().experiments,
            None if contract is None else read_contract(contract),
            whole_contract,
        )
        conclusion = conclude(folder, read, demands)
        _print(conclusion.folder, conclusion.verdict, as_json=as_json)
        raise typer.Exit(conclusion.verdict.verdict.exit_code)


def _question(*, window: bool, looks: float | None) -> Question:
    if window and looks is not None:
        raise BadInput(
            "--window and --looks exclude each other: what a window met is arithmetic at any time."
        )
    if looks is not None:
        return AnyTime(looks)
    return "window" if window else "inference"


def report(run: RunPath) -> None:
    """Write a run's reports again from its evidence and verdict."""
    with command_home():
        folder = RunFolder(run.absolute())
        folder.read_run()
        files = write_reports(folder, folder.read_verdict())
        for path in (files.report_html, files.junit_xml, files.summary_md):
            console.print(str(path), soft_wrap=True)


def _print(folder: RunFolder, verdict: VerdictRecord, *, as_json: bool) -> None:
    if as_json:
        console.print_json(folder.verdict_file.read_text(encoding="utf-8"))
    else:
        console.print(render_terminal(verdict))
