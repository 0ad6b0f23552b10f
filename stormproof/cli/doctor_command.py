"""`stormproof doctor`: what is missing here, and how to get it."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import orjson
import typer
from rich.markup import escape
from rich.table import Table

import stack
from stormproof import exit_codes
from stormproof.cli.context import command_home, console
from stormproof.machine import examine_machine
from stormproof.run.recovery import stack_settings

_MARKS = {
    stack.Fitness.THERE: "[green]✓[/]",
    stack.Fitness.TO_BE_HAD: "[yellow]○[/]",
    stack.Fitness.LACKING: "[red]✗[/]",
}


def add_doctor_command(app: typer.Typer) -> None:
    """Add it to the command line."""
    app.command(rich_help_panel="The stack on this machine")(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")] = False,
) -> None:
    """Tell what is missing on this machine, and how to get it. Starts and changes nothing.

    ✓ is there; ○ is got by itself, or needed by some only; ✗ is lacking. Exits 69 where something is.
    """
    with command_home() as home:
        findings = (*stack.examine(stack_settings(home)), *examine_machine())
        if as_json:
            console.print_json(orjson.dumps([asdict(one) for one in findings]).decode())
        else:
            console.print(_table(findings))
            for step in dict.fromkeys(one.next_step for one in findings if one.next_step):
                console.print(f"\n{step}", markup=False)
        if any(one.fitness is stack.Fitness.LACKING for one in findings):
            raise typer.Exit(exit_codes.STACK_UNAVAILABLE)


def _table(findings: Iterable[stack.Finding]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in findings:
        table.add_row(_MARKS[one.fitness], one.subject, escape(one.told))
    return table
