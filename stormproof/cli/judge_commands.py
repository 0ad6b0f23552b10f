"""From evidence to people: slo, report; and validate."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from evidence.run_folder import RunFolder
from reports.write import write_reports
from stormproof.cli.availability_command import availability
from stormproof.cli.context import command_home, console
from stormproof.cli.slo_command import slo
from stormproof.cli.validate_command import validate

RunPath = Annotated[Path, typer.Argument(help="A run folder: runs/<id>.")]


def add_judge_commands(app: typer.Typer) -> None:
    """Add them to the command line."""
    commands: tuple[Callable[..., None], ...] = (slo, availability, report, validate)
    for command in commands:
        app.command(rich_help_panel="Verdicts")(command)


def report(run: RunPath) -> None:
    """Write a run's reports again from its evidence and verdict."""
    with command_home():
        folder = RunFolder(run.absolute())
        folder.read_run()
        files = write_reports(folder, folder.read_verdict())
        for path in (files.report_html, files.junit_xml, files.summary_md):
            console.print(str(path), soft_wrap=True)
