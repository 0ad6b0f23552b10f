"""Synthetic monitoring: probes for months."""

from pathlib import Path
from typing import Annotated

import typer

from loadtests.scenario_file import read_scenario
from slo.objective import read_objectives
from stormproof import exit_codes
from stormproof.cli.context import RUNS_DIR, command_home, console, progress_console
from stormproof.cli.target_options import read_targets
from stormproof.run.conclusion import Conclusion
from stormproof.run.interrupt import interruptible
from stormproof.watch.folder import WatchFolder
from stormproof.watch.scenario import synthetic_scenario
from stormproof.watch.watch import QuietBoard, Watch, watch

_DAY_S = 86_400.0


def add_watch_command(app: typer.Typer) -> None:
    """Add it to the command line."""
    app.command("watch", rich_help_panel="Parts of a game day")(watch_service)


def watch_service(  # noqa: PLR0913, PLR0917 -- a command line
    target: Annotated[
        list[str], typer.Option(help="URL of the service; NAME=URL for each further target of the scenario.")
    ],
    scenario: Annotated[
        Path | None,
        typer.Argument(help="Who asks what, how often; by default each operation every 30 s."),
    ] = None,
    objectives: Annotated[
        Path | None, typer.Option(help="What each part is judged by: a file or a folder of OpenSLO.")
    ] = None,
    runs: Annotated[Path, typer.Option(help="The folder of its parts.")] = RUNS_DIR / "watch",
    part_s: Annotated[
        float, typer.Option(min=1, help="Length of a part, cut at UTC midnight: a day.")
    ] = _DAY_S,
    keep: Annotated[
        int, typer.Option(min=1, help="Parts of the clock that are kept: what is older is removed.")
    ] = 400,
    seed: Annotated[int, typer.Option(min=0, help="Of the arrivals.")] = 1,
    confirm_host: Annotated[
        str | None,
        typer.Option(help="The host of a target off this machine, once more: yes, I may put load on it."),
    ] = None,
) -> None:
    """Probe a service for months; each day becomes a run folder with a verdict and a report.

    Started again after whatever ended it, it goes on in the same folder. Ctrl-C or SIGTERM end it: exit 130.
    """
    with command_home() as home:
        file = (scenario or synthetic_scenario()).absolute()
        targets = read_targets(target, confirm_host)
        asked = Watch(
            folder=WatchFolder(runs),
            name=read_scenario(file).name,
            scenario_file=file,
            target=targets.first,
            further_targets=targets.further,
            seed=seed,
            part_s=part_s,
            keep=keep,
            objectives=() if objectives is None else read_objectives(objectives),
            home=home,
            on_part=_tell,
        )
        with interruptible() as interrupts, QuietBoard(progress_console).shown() as board:
            watch(asked, board, interrupts)
    raise typer.Exit(exit_codes.INTERRUPTED)


def _tell(conclusion: Conclusion) -> None:
    verdict = conclusion.verdict
    why = f": {verdict.reasons[0]}" if verdict.reasons else ""
    console.print(f"{conclusion.folder.id}  {verdict.verdict.value}{why}", markup=False, soft_wrap=True)
    console.print(f"Report    {conclusion.reports.report_html}", markup=False, soft_wrap=True)
