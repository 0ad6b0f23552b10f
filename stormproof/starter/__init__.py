"""The first files of a game day on one's own service."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from jinja2 import Environment, StrictUndefined

from stormproof.errors import BadInput
from stormproof.plan import is_loopback_url

type Spoken = Literal["elasticsearch", "http", "postgres", "redis"]
_ALWAYS = ("plan.yaml", "load.yaml", "objectives.yaml")
_EXPERIMENT = "dependency-down.yaml"


@dataclass(frozen=True, slots=True)
class Dependency:
    """What the service needs, behind a proxy of a Toxiproxy on this machine."""

    proxy: str
    """Its name in that Toxiproxy."""
    spoken: Spoken
    toxiproxy: str
    """host:port of the admin interface."""


@dataclass(frozen=True, slots=True)
class Starter:
    """What is known of the service."""

    target: str
    """Its URL, without a path."""
    path: str
    """What is asked for: begins with a slash."""
    rate_per_s: float
    dependency: Dependency | None


def starter_files(starter: Starter) -> Mapping[str, str]:
    """Name and content of each file."""
    environment = Environment(
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        autoescape=False,  # noqa: S701 -- YAML
    )
    names = (*_ALWAYS, _EXPERIMENT) if starter.dependency else _ALWAYS
    host = urlsplit(starter.target).hostname
    confirmed = None if is_loopback_url(starter.target) else host
    return {
        name: environment.from_string(_template(name)).render(
            starter=starter, dependency=starter.dependency, experiment=_EXPERIMENT, confirmed=confirmed
        )
        for name in names
    }


def write_starter(folder: Path, starter: Starter) -> tuple[Path, ...]:
    """Write the files into `folder`, and over none: raises BadInput for one that is there already."""
    contents = {folder / name: text for name, text in starter_files(starter).items()}
    present = [str(path) for path in contents if path.exists()]
    if present:
        raise BadInput(f"{', '.join(present)}: there already. Name another folder: nothing was written.")
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in contents.items():
        path.write_text(text, encoding="utf-8")
    return tuple(contents)


def _template(name: str) -> str:
    return (files(__name__) / name).read_text(encoding="utf-8")
