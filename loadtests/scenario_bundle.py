"""A scenario and the files that it names as one value: for a machine that has none of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from evidence.documents import load_content

_DEPTH = 3
"""How far above the scenario's folder a file may be."""


@dataclass(frozen=True, slots=True)
class ScenarioBundle:
    """Files by their path from the scenario's folder."""

    scenario: str
    """The path of the scenario's own."""
    files: Mapping[str, bytes]


def bundle_scenario(path: Path) -> ScenarioBundle:
    """What is at `path`, a scenario without mistakes, and every file that it names by a path from there.

    Raises OSError.
    """
    content = path.read_bytes()
    written = load_content(path, content.decode("utf-8"))
    named = {value for value in _texts(written) if _is_file(path.parent, value)}
    files = {name: (path.parent / name).read_bytes() for name in sorted(named)}
    return ScenarioBundle(path.name, {**files, path.name: content})


def unbundle_scenario(bundle: ScenarioBundle, folder: Path) -> Path:
    """Lay the files out below `folder`; the path of the scenario. Raises OSError, ValueError for a path that
    leads out of the folder.
    """
    base = folder.joinpath(*["scenario"] * _DEPTH)
    for name, content in bundle.files.items():
        path = (base / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise ValueError(f"{name}: is more than {_DEPTH} folders above its scenario")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return base / bundle.scenario


def _is_file(folder: Path, value: str) -> bool:
    # What begins with / is the path of a request far more often than that of a file.
    try:
        return bool(value) and not value.startswith("/") and (folder / value).is_file()
    except (OSError, ValueError):
        return False  # too long for a path, or with a null in it


def _texts(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        for value in content.values():
            yield from _texts(value)
    elif isinstance(content, list):
        for value in content:
            yield from _texts(value)
