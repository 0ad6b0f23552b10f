"""`stormproof toxiproxy`: what stands in front of a dependency of one's own."""

import os
from pathlib import Path
from typing import Annotated

import typer

import stack
from stormproof.cli.context import command_home, progress_console, shown_board
from stormproof.errors import BadInput
from stormproof.listed_proxies import read_proxies
from stormproof.run.recovery import stack_settings
from stormproof.run.stack_up import board_listener


def add_toxiproxy_command(app: typer.Typer) -> None:
    """Add it to the command line."""
    app.command(rich_help_panel="Parts of a game day")(toxiproxy)


def toxiproxy(
    config: Annotated[
        Path,
        typer.Option(help="Its proxies, one for each dependency: a JSON list with name, listen, upstream."),
    ],
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Of its admin interface, which experiments name.")
    ] = 8474,
) -> None:
    """Run a Toxiproxy in front of what a service of your own depends on, until Ctrl-C.

    It is the one of the stack; for the first time it is built, which takes a minute. Its log goes to the
    terminal.
    """
    with command_home() as home:
        for proxy in read_proxies(config):
            progress_console.print(
                f"{proxy.name}: {proxy.listen} leads to {proxy.upstream}", markup=False, soft_wrap=True
            )
        try:
            stack.require_free_port(port, "Toxiproxy's admin interface")
        except stack.PortTaken as error:
            raise BadInput(f"--port {port}: {error.what}. Name another one, or use what is there.") from error
        with shown_board() as board:
            command = stack.toxiproxy_command(stack_settings(home), config, port, board_listener(board))
    # Its signals and its exit code are the caller's from here on.
    os.execv(command[0], command)  # noqa: S606 -- our own program, no shell
