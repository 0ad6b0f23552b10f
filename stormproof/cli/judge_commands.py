"""From evidence to people: slo, report; and validate."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from evidence.run_folder import RunFolder
from reports.forms import ReportForm, render_form
from reports.read_model import read_model
from reports.slides import write_slides
from reports.terminal import render_terminal
from reports.write import write_reports
from stormproof.cli.availability_command import availability
from stormproof.cli.compare_command import compare_runs
from stormproof.cli.context import command_home, console
from stormproof.cli.printing import print_form
from stormproof.cli.slo_command import slo
from stormproof.cli.validate_command import validate
from stormproof.errors import BadInput
from stormproof.run.inputs import kept_objectives
from stormproof.run.resume import conclude_again

RunPath = Annotated[Path, typer.Argument(help="A run folder: runs/<id>.")]


def add_judge_commands(app: typer.Typer) -> None:
    """Add them to the command line."""
    commands: tuple[Callable[..., None], ...] = (slo, availability, report, validate)
    for command in commands:
        app.command(rich_help_panel="Verdicts")(command)


def report(
    run: RunPath,
    form: Annotated[
        ReportForm | None,
        typer.Option(
            help="Print this form, and write nothing; csv and json have the table of objectives. Default: "
            "write them all."
        ),
    ] = None,
    slides: Annotated[
        bool, typer.Option("--slides", help="Write the charts as SVG and PNG for slides, too: RUN/charts.")
    ] = False,
    earlier: Annotated[
        Path | None,
        typer.Option(
            "--compare",
            metavar="RUN",
            help="Then compare with this earlier run, and exit as stormproof compare does.",
        ),
    ] = None,
) -> None:
    """Write a run's reports again from its evidence and verdict, or print one form of them.

    A run whose runner died before it was judged is judged first, by the plan that its folder keeps.
    """
    _write_again(run, form, slides=slides, compared=earlier is not None)
    if earlier is not None:
        compare_runs([earlier, run])


def _write_again(run: Path, form: ReportForm | None, *, slides: bool, compared: bool) -> None:
    with command_home():
        if form is not None and compared:
            raise BadInput(
                "--form prints one form of one run: leave out --compare, or see stormproof compare."
            )
        folder = RunFolder(run.absolute())
        folder.read_run()
        judged = folder.verdict_file.exists()
        conclusion = None if judged else conclude_again(folder)
        verdict = folder.read_verdict() if conclusion is None else conclusion.verdict
        objectives = kept_objectives(folder)
        if form is not None:
            print_form(render_form(folder, verdict, form, objectives))
            return
        files = write_reports(folder, verdict, objectives) if conclusion is None else conclusion.reports
        if conclusion is not None:
            console.print(render_terminal(verdict))
        model = read_model(folder, verdict, objectives) if slides else None
        charts = write_slides(folder.path / "charts", model) if model is not None else ()
        for path in (*files.every, *charts):
            console.print(str(path), soft_wrap=True)
