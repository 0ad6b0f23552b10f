"""`stormproof compare`: what got better or worse between runs, beyond noise."""

from pathlib import Path
from typing import Annotated

import typer

from evidence.comparison_record import LeastEffects
from evidence.run_folder import RunFolder
from reports.comparison.forms import ComparisonForm, render_comparison, write_comparison
from reports.comparison.terminal import render_comparison_terminal
from slo.comparison.comparability import BARRING_NAMES
from slo.comparison.compare import Sides, compare
from stormproof.cli.context import command_home, console
from stormproof.cli.printing import print_form
from stormproof.errors import BadInput

_PERCENT = 100.0
_DEFAULTS = LeastEffects()

Runs = Annotated[
    list[Path],
    typer.Argument(metavar="RUN RUN…", help="Run folders: first those before, then those after."),
]
Accepted = Annotated[
    list[str] | None,
    typer.Option(
        "--accept",
        metavar="NAME",
        help=f"A difference between the runs that is meant: {', '.join(BARRING_NAMES)}.",
    ),
]


def add_compare_command(app: typer.Typer) -> None:
    """Add it to the command line."""
    app.command(name="compare", rich_help_panel="Verdicts")(compare_runs)


def compare_runs(  # noqa: PLR0913, PLR0917 -- one parameter an option
    runs: Runs,
    before: Annotated[
        int, typer.Option("--before", min=1, metavar="N", help="So many of the runs, the first, are before.")
    ] = 1,
    latency: Annotated[
        float,
        typer.Option(min=0, max=99, metavar="PERCENT", help="The least change of latency that matters."),
    ] = _DEFAULTS.latency * _PERCENT,
    throughput: Annotated[
        float, typer.Option(min=0, max=99, metavar="PERCENT", help="The same of throughput.")
    ] = _DEFAULTS.throughput * _PERCENT,
    availability: Annotated[
        float, typer.Option(min=0, max=99, metavar="POINTS", help="The same of availability, in points.")
    ] = _DEFAULTS.availability * _PERCENT,
    recovery: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="The same of recovery times.")
    ] = _DEFAULTS.recovery_s,
    run_to_run: Annotated[
        float,
        typer.Option(
            min=0,
            max=99,
            metavar="PERCENT",
            help="By how much latency is known to differ from run to run: its standard deviation.",
        ),
    ] = 0.0,
    accept: Accepted = None,
    form: Annotated[
        ComparisonForm | None,
        typer.Option(help="Print this form, in place of the tables, and write nothing."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write; default: in the last run's folder.")
    ] = None,
) -> None:
    """Compare runs of one scenario: what got better or worse, beyond noise, and an exit code for pipelines.

    Exit 1 REGRESSED, 0 IMPROVED or NO CHANGE, 3 NOT PROVEN, 4 INVALID. With several runs before and after,
    what differs from run to run by chance counts, too.
    """
    with command_home():
        sides = _sides(runs, before, run_to_run / _PERCENT)
        least = LeastEffects(latency / _PERCENT, throughput / _PERCENT, availability / _PERCENT, recovery)
        record = compare(sides, least, _accepted(accept or []))
        if form is not None:
            print_form(render_comparison(record, form))
        else:
            console.print(render_comparison_terminal(record))
            folder = out or sides.after[-1].path / "comparison"
            for path in write_comparison(folder, record):
                console.print(str(path), soft_wrap=True)
        raise typer.Exit(record.verdict.exit_code)


def _sides(paths: list[Path], before: int, latency_spread: float) -> Sides:
    folders = [RunFolder(path.absolute()) for path in paths]
    if len(folders) <= before:
        raise BadInput(
            f"{len(folders)} run{'s' if len(folders) > 1 else ''} with --before {before}: name at least "
            f"{before + 1}, those before first, then those after."
        )
    places = [folder.path.resolve() for folder in folders]
    twice = next((path for path in places if places.count(path) > 1), None)
    if twice is not None:
        raise BadInput(
            f"{twice} is named twice: a run compared with itself says nothing. Name each run once."
        )
    return Sides(tuple(folders[:before]), tuple(folders[before:]), latency_spread)


def _accepted(names: list[str]) -> frozenset[str]:
    unknown = sorted(set(names) - set(BARRING_NAMES))
    if unknown:
        raise BadInput(f"--accept {unknown[0]}: must be one of {', '.join(BARRING_NAMES)}.")
    return frozenset(names)
