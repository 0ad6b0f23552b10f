"""The command line."""

from typing import Annotated

import typer

from evidence.machine import package_versions
from stormproof.cli.context import console
from stormproof.cli.lazy_commands import lazy_group

_HELP = "Know, not hope, that a service survives a bad day: load, faults, and a verdict from evidence."

COMMANDS = {
    "stormproof.cli.run_commands": ("demo", "run", "heal"),
    "stormproof.cli.init_command": ("init",),
    "stormproof.cli.capacity_command": ("capacity",),
    "stormproof.cli.drill_command": ("drill",),
    "stormproof.cli.search_faults_command": ("search-faults",),
    "stormproof.cli.stack_commands": ("up", "down", "status", "logs"),
    "stormproof.cli.doctor_command": ("doctor",),
    "stormproof.cli.service_commands": ("serve",),
    "stormproof.cli.load_command": ("load",),
    "stormproof.cli.toxiproxy_command": ("toxiproxy",),
    "stormproof.cli.watch_command": ("watch",),
    "stormproof.cli.chaos_command": ("chaos",),
    "stormproof.cli.judge_commands": ("slo", "availability", "report", "validate"),
    "stormproof.cli.month_command": ("month",),
    "stormproof.cli.compare_command": ("compare",),
    "stormproof.cli.find_writes_command": ("find-writes",),
    "stormproof.cli.rules_command": ("rules",),
    "stormproof.cli.import_command": ("import",),
}
"""Which module has which commands, in the order in which they are told."""


def build_app() -> typer.Typer:
    """All commands."""
    app = typer.Typer(
        name="stormproof",
        cls=lazy_group(COMMANDS),
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(help=_HELP)(_options)
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
