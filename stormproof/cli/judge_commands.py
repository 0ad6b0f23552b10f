"""From evidence to people: slo, report; and validate."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from evidence.run_folder import RunFolder
from evidence.verdict_record import VerdictRecord
from reports.terminal import render_terminal
from reports.write import write_reports
from slo.evaluate import Demands
from slo.objective import read_objectives
from stormproof.cli.context import command_home, console
from stormproof.cli.validate_command import validate
from stormproof.run.conclusion import conclude
from stormproof.run.resume import conclude_again

RunPath = Annotated[Path, typer.Argument(help="A run folder: runs/<id>.")]


def add_judge_commands(app: typer.Typer) -> None:
    """Add them to the command line."""
    commands: tuple[Callable[..., None], ...] = (slo, report, validate)
    for command in commands:
        app.command(rich_help_panel="Verdicts")(command)


def slo(
    run: RunPath,
    objectives: Annotated[Path, typer.Option(help="An OpenSLO file, or a folder of them.")],
    demand: Annotated[
        list[str] | None, typer.Option(help="An objective that the verdict rests on; all when none is named.")
    ] = None,
    window: Annotated[bool, typer.Option("--window", help="Ask whether this window met it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
) -> None:
    """Judge a run's evidence against objectives; writes verdict.json and the reports again."""
    with command_home():
        read = read_objectives(objectives)
        names = frozenset(demand or [objective.name for objective in read])
        folder = RunFolder(run.absolute())
        demands = Demands(names, "window" if window else "inference", folder.read_run().experiments)
        conclusion = conclude(folder, read, demands)
        _print(conclusion.folder, conclusion.verdict, as_json=as_json)
        raise typer.Exit(conclusion.verdict.verdict.exit_code)


def report(run: RunPath) -> None:
    """Write a run's reports again from its evidence and verdict.

    A run whose runner died before it was judged is judged first, by the plan that its folder keeps.
    """
    with command_home():
        folder = RunFolder(run.absolute())
        folder.read_run()
        if folder.verdict_file.exists():
            files = write_reports(folder, folder.read_verdict())
        else:
            conclusion = conclude_again(folder)
            files = conclusion.reports
            console.print(render_terminal(conclusion.verdict))
        for path in (files.report_html, files.junit_xml, files.summary_md):
            console.print(str(path), soft_wrap=True)


def _print(folder: RunFolder, verdict: VerdictRecord, *, as_json: bool) -> None:
    if as_json:
        console.print_json(folder.verdict_file.read_text(encoding="utf-8"))
    else:
        console.print(render_terminal(verdict))
