"""The combination and timing of faults under which a plan's promises break."""

import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer

from evidence.verdict_record import Verdict
from stormproof import exit_codes
from stormproof.cli.context import RUNS_DIR, command_home, console, shown_board
from stormproof.fault_search.run import FaultFindings, FaultSearch, search_faults, space_of
from stormproof.fault_search.search import Ended
from stormproof.plan import read_plan
from stormproof.run.game_day import prepare_game_day
from stormproof.run.interrupt import interruptible


def add_search_faults_command(app: typer.Typer) -> None:
    """Add it to the command line."""
    app.command(name="search-faults", rich_help_panel="Game days")(search)


def search(  # noqa: PLR0913, PLR0917 -- a command line
    plan: Annotated[Path, typer.Argument(help="A plan: its experiments are combined, its promises judged.")],
    seed: Annotated[int, typer.Option(min=0, help="Of what is drawn: the same seed draws the same.")] = 1,
    trials: Annotated[int, typer.Option(min=1, max=1000, help="At most so many short game days.")] = 20,
    at_once: Annotated[int, typer.Option(min=1, max=8, help="At most so many faults together.")] = 3,
    span_s: Annotated[int, typer.Option(min=4, max=600, help="Of the stretch in which things break.")] = 20,
    runs: Annotated[Path, typer.Option("--runs", help="Where the run folder is made.")] = RUNS_DIR,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Search for faults that together break a demanded objective, and shrink what is found to a minimal plan.

    Exits 1 when a violating combination was found: its plan file can be run alone. 0 when none of the trials
    violated, 4 when none was evidence, 130 when interrupted.
    """
    with command_home() as home:
        day = prepare_game_day(read_plan(plan), runs, ("stormproof", *sys.argv[1:]))
        wanted = FaultSearch(day, space_of(day, span_s, at_once), seed, trials)
        with interruptible() as interrupts, shown_board() as board:
            findings, folder = search_faults(wanted, home, board, interrupts)
        if as_json:
            console.print_json(orjson.dumps(findings).decode())
        else:
            _show(findings)
            console.print(f"Evidence  {folder.path}", soft_wrap=True)
        raise typer.Exit(_exit_code(findings))


def _show(findings: FaultFindings) -> None:
    console.print(f"\n{len(findings.trials)} trials: {findings.ended}")
    if findings.violation is not None:
        console.print(f"Violates  {findings.violation}", style="red", soft_wrap=True)
        (why,) = [one.reasons for one in findings.trials if one.tried.trial == findings.violation]
        for reason in why:
            console.print(f"          {reason}", markup=False, soft_wrap=True)
        console.print(f"Run it    stormproof run {findings.plan}", soft_wrap=True)


def _exit_code(findings: FaultFindings) -> int:
    if findings.ended is Ended.INTERRUPTED:
        return exit_codes.INTERRUPTED
    if findings.violation is not None:
        return Verdict.MISSED.exit_code
    return Verdict.INVALID.exit_code if findings.ended is Ended.UNSOUND else 0
