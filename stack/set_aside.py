"""Data out of the way for a while, as if their disk were lost: `up` puts back what was not given up.

A folder or file is renamed, not copied: what is set aside is on disk, whole, whoever is killed when.
"""

from pathlib import Path
from urllib.parse import quote, unquote

from stack.ending import end_processes
from stack.files import make_folder, remove_tree, sync_folder
from stack.registry import Registry
from stack.settings import StackSettings
from stack.stragglers import end_stragglers


def set_aside(settings: StackSettings, path: Path) -> None:
    """Rename `path`, which is in the stack's folder; whatever used it must have ended.

    Harmless when it is gone. What is set aside already stays the one that is put back, and `path` is removed.
    """
    if not path.exists():
        return
    kept = _folder(settings) / quote(str(path.relative_to(settings.state_dir)), safe="")
    if kept.exists():
        _remove(path)
        return
    make_folder(kept.parent)
    path.rename(kept)
    sync_folder(kept.parent)
    sync_folder(path.parent)


def is_anything_set_aside(settings: StackSettings) -> bool:
    """Whether `put_back` has something to do."""
    return any(_kept(settings))


def put_back(settings: StackSettings, registry: Registry) -> None:
    """What was set aside takes its place again; parts that work there are ended. The caller starts them."""
    for kept in _kept(settings):
        place = settings.state_dir / unquote(kept.name)
        part = _part_of(settings, place)
        if part is not None:
            _end(settings, registry, part)
        _remove(place)
        make_folder(place.parent)
        kept.rename(place)
        sync_folder(place.parent)


def give_up_set_aside(settings: StackSettings) -> None:
    """Remove it for good: what took its place stays."""
    for kept in _kept(settings):
        _remove(kept)


def _end(settings: StackSettings, registry: Registry, part: str) -> None:
    end_processes(registry, lambda process: process.name == part)
    end_stragglers(settings, part)


def _part_of(settings: StackSettings, place: Path) -> str | None:
    for data_dir in settings.data_dirs:
        if place.is_relative_to(data_dir):
            return place.relative_to(data_dir).parts[0]
    return None


def _folder(settings: StackSettings) -> Path:
    return settings.state_dir / "set-aside"


def _kept(settings: StackSettings) -> tuple[Path, ...]:
    folder = _folder(settings)
    return tuple(sorted(folder.iterdir())) if folder.is_dir() else ()


def _remove(path: Path) -> None:
    if path.is_dir():
        remove_tree(path)
    else:
        path.unlink(missing_ok=True)
