"""The real stack on this machine: up, down, status, logs."""

from collections.abc import Callable
from typing import Annotated

import orjson
import typer
from rich.table import Table

import stack
from stormproof import exit_codes
from stormproof.cli.context import command_home, console, shown_board
from stormproof.errors import BadInput
from stormproof.run.lock import lock_if_free
from stormproof.run.recovery import recover, stack_settings
from stormproof.run.stack_up import bring_up_and_heal, take_down

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def add_stack_commands(app: typer.Typer) -> None:
    """Add them to the command line."""
    commands: tuple[Callable[..., None], ...] = (up, down, status, logs)
    for command in commands:
        app.command(rich_help_panel="The stack on this machine")(command)


def up(
    profile: Annotated[
        stack.Profile,
        typer.Option(help="replicas: three Elasticsearch nodes, PostgreSQL and Redis twice, Sentinels."),
    ] = stack.Profile.SINGLE,
) -> None:
    """Start the real stack: Elasticsearch, PostgreSQL, two Redis, Toxiproxy before them.

    Returns when every part answers a real request through its proxy. Downloads each program once. Harmless
    when all of it runs; whatever an earlier run left broken is healed.
    """
    with command_home() as home:
        recovery = recover(home, keep_stack=True)
        if recovery.run_lives:
            raise BadInput("A run uses this stack: it is up. Wait for the run, or interrupt it with Ctrl-C.")
        with shown_board() as board:
            bring_up_and_heal(home, stack_settings(home, profile), recovery.faults, board)
    status()


def down(
    wipe: Annotated[bool, typer.Option("--wipe", help="Remove the data too.")] = False,
) -> None:
    """Stop every part of the stack, and the service if it runs. Data stay unless --wipe."""
    with command_home() as home, lock_if_free(home) as free:
        if not free:
            raise BadInput("A run uses this stack: interrupt it with Ctrl-C first.")
        with shown_board() as board:
            take_down(stack_settings(home), board, wipe=wipe)


def status(as_json: Json = False) -> None:
    """Tell state, version, ports, pid and log file of every part. Exits 69 unless all run."""
    with command_home() as home:
        parts = stack.status(stack_settings(home))
        if as_json:
            console.print_json(orjson.dumps([_json(part) for part in parts]).decode())
        else:
            console.print(_table(parts))
        if any(part.state != "running" for part in parts):
            raise typer.Exit(exit_codes.STACK_UNAVAILABLE)


def logs(
    part: Annotated[str, typer.Argument(help="A part, or service.")],
    lines: Annotated[int, typer.Option(min=1, help="How many lines from the end.")] = 50,
) -> None:
    """Print the end of a log file."""
    with command_home() as home:
        path = stack_settings(home).log_file(part)
        if not path.is_file():
            known = ", ".join(sorted(file.stem for file in path.parent.glob("*.log"))) or "none yet"
            raise BadInput(f"{path}: no such log. There are: {known}.")
        text = path.read_text(encoding="utf-8", errors="replace")
        for line in text.splitlines()[-lines:]:
            console.print(line, markup=False, soft_wrap=True)


def _json(part: stack.PartStatus) -> dict[str, str | int | None]:
    return {
        "name": part.name,
        "state": part.state,
        "reason": part.reason,
        "version": part.version,
        "port": part.port,
        "proxy_port": part.proxy_port,
        "pid": part.pid,
        "log_file": str(part.log_file),
    }


_STATE_STYLES = {"running": "green", "stopped": "dim", "unhealthy": "red"}


def _table(parts: tuple[stack.PartStatus, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("part", "state", "version", "port", "proxy", "pid", "log"):
        table.add_column(column, overflow="fold")
    for part in parts:
        state = f"{part.state}: {part.reason}" if part.reason else part.state
        table.add_row(
            part.title,
            f"[{_STATE_STYLES[part.state]}]{state}[/]",
            part.version,
            str(part.port),
            str(part.proxy_port or ""),
            str(part.pid or ""),
            str(part.log_file),
        )
    return table
