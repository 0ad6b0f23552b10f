"""Drills: one failure and its recovery each, with a clock."""

from pathlib import Path
from typing import Annotated

import typer

from evidence.drill_record import DrillRecord
from stormproof import exit_codes
from stormproof.cli.context import RUNS_DIR, command_home, console, shown_board
from stormproof.drills.drill import find_drills, read_drills
from stormproof.drills.run import run_drills
from stormproof.drills.table import drills_table, results_table
from stormproof.errors import BadInput
from stormproof.run.interrupt import interruptible

ALL = "all"
EXIT_MISSED = 1


def add_drill_command(app: typer.Typer) -> None:
    """Add it to the command line."""
    app.command(rich_help_panel="Game days")(drill)


def drill(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME…", help="Drills, or all.")] = None,
    list_them: Annotated[bool, typer.Option("--list", help="Tell which drills there are.")] = False,
    runs: Annotated[Path, typer.Option("--runs", help="Where run folders are made.")] = RUNS_DIR,
) -> None:
    """Recover from a failure by the clock: RTO and RPO measured under load, and what was lost, by name.

    Exits 0 when every drill recovered within its objectives, 1 when one did not.
    """
    with command_home() as home:
        if list_them:
            console.print(drills_table(read_drills()))
            return
        if not names:
            raise BadInput("Name a drill, or all of them: stormproof drill all. They are: drill --list")
        chosen = read_drills() if names == [ALL] else find_drills(tuple(names))
        records: list[DrillRecord] = []
        with interruptible() as interrupts, shown_board() as board:
            for result in run_drills(chosen, home, runs, board, interrupts):
                records.append(result.record)
                board.note(f"Evidence of {result.record.drill}: {result.folder.path}")
        console.print(results_table(records))
        if interrupts.interrupted:
            raise typer.Exit(exit_codes.INTERRUPTED)
        if not all(record.met for record in records):
            raise typer.Exit(EXIT_MISSED)
