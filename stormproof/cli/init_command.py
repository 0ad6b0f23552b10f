"""`stormproof init`: the first files of a game day on one's own service."""

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from stormproof.cli.context import command_home, console
from stormproof.errors import BadInput
from stormproof.starter import Dependency, Spoken, Starter, write_starter

_SPOKEN: dict[str, Spoken] = {
    "elasticsearch": "elasticsearch",
    "http": "http",
    "postgres": "postgres",
    "redis": "redis",
}
_DEPENDENCY = re.compile(r"([A-Za-z0-9_.-]+)=([a-z]+)")


def add_init_command(app: typer.Typer) -> None:
    """Add it to the command line."""
    app.command(rich_help_panel="Game days")(init)


def init(
    folder: Annotated[Path, typer.Argument(help="Where the files go; none is replaced.")],
    target: Annotated[str, typer.Option(help="URL of what is asked for, as http://127.0.0.1/health.")],
    rate_per_s: Annotated[float, typer.Option(min=0.1, help="Requests per second.")] = 50,
    dependency: Annotated[
        str | None,
        typer.Option(
            metavar="PROXY=DIALECT",
            help="A proxy of a Toxiproxy, and what is behind it: elasticsearch, http, postgres, redis.",
        ),
    ] = None,
    toxiproxy: Annotated[str, typer.Option(help="The admin address of that Toxiproxy.")] = "127.0.0.1:8474",
) -> None:
    """Start a game day on a service of your own: plan, scenario, objective, and an experiment."""
    with command_home():
        url = urlsplit(target)
        if url.scheme not in {"http", "https"} or not url.hostname:
            raise BadInput(f"--target {target}: must be a URL: http://… or https://…")
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        broken = None if dependency is None else _read_dependency(dependency, toxiproxy)
        starter = Starter(f"{url.scheme}://{url.netloc}", path, rate_per_s, broken)
        for file in write_starter(folder, starter):
            console.print(str(file), markup=False, soft_wrap=True)
        console.print(f"Next: stormproof validate {folder / 'plan.yaml'}", markup=False, soft_wrap=True)


def _read_dependency(text: str, toxiproxy: str) -> Dependency:
    found = _DEPENDENCY.fullmatch(text)
    if found is None or found[2] not in _SPOKEN:
        raise BadInput(f"--dependency {text}: must be PROXY=DIALECT, with one of {', '.join(_SPOKEN)}.")
    return Dependency(found[1], _SPOKEN[found[2]], toxiproxy)
