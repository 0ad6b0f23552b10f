"""The command line."""

from typing import Annotated

import typer

from evidence.machine import package_versions
from stormproof.cli.capacity_command import add_capacity_command
from stormproof.cli.chaos_command import add_chaos_command
from stormproof.cli.context import console
from stormproof.cli.import_command import add_import_command
from stormproof.cli.judge_commands import add_judge_commands
from stormproof.cli.load_command import add_load_command
from stormproof.cli.run_commands import add_run_commands
from stormproof.cli.search_faults_command import add_search_faults_command
from stormproof.cli.service_commands import add_service_commands
from stormproof.cli.stack_commands import add_stack_commands

_HELP = "Know, not hope, that a service survives a bad day: load, faults, and a verdict from evidence."


def build_app() -> typer.Typer:
    """All commands."""
    app = typer.Typer(
        name="stormproof",
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(help=_HELP)(_options)
    add_run_commands(app)
    add_capacity_command(app)
    add_search_faults_command(app)
    add_stack_commands(app)
    add_service_commands(app)
    add_load_command(app)
    add_chaos_command(app)
    add_judge_commands(app)
    add_import_command(app)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        console.print(f"stormproof {package_versions(('stormproof',))['stormproof']}")
        raise typer.Exit


def _options(
    _version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version."),
    ] = False,
) -> None:
    """Options of the command itself."""
