"""From evidence to people: slo, report; and validate."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from evidence.run_folder import RunFolder
from reports.terminal import render_terminal
from reports.write import write_reports
from stormproof.cli.availability_command import availability
from stormproof.cli.context import command_home, console
from stormproof.cli.slo_command import slo
from stormproof.cli.validate_command import validate
from stormproof.run.inputs import kept_objectives
from stormproof.run.resume import conclude_again

RunPath = Annotated[Path, typer.Argument(help="A run folder: runs/<id>.")]


def add_judge_commands(app: typer.Typer) -> None:
    """Add them to the command line."""
    commands: tuple[Callable[..., None], ...] = (slo, availability, report, validate)
    for command in commands:
        app.command(rich_help_panel="Verdicts")(command)


def report(run: RunPath) -> None:
    """Write a run's reports again from its evidence and verdict.

    A run whose runner died before it was judged is judged first, by the plan that its folder keeps.
    """
    with command_home():
        folder = RunFolder(run.absolute())
        folder.read_run()
        if folder.verdict_file.exists():
            files = write_reports(folder, folder.read_verdict(), kept_objectives(folder))
        else:
            conclusion = conclude_again(folder)
            files = conclusion.reports
            console.print(render_terminal(conclusion.verdict))
        for path in (files.report_html, files.junit_xml, files.summary_md):
            console.print(str(path), soft_wrap=True)
