"""Reading what is promised: OpenSLO v1, or Sloth's format, from a file or a folder."""

from pathlib import Path

from evidence.errors import InvalidFile, Problem
from slo.openslo.library import NEXT_STEP, SUFFIXES, Library, raw_documents, read_library
from slo.openslo.resolve import resolve
from slo.promise import Budgeting, BurnAlert, Indicator, Objective, Slices
from slo.sloth import is_sloth, sloth_objectives

__all__ = [
    "Budgeting",
    "BurnAlert",
    "Indicator",
    "Objective",
    "Slices",
    "read_documents",
    "read_objective",
    "read_objectives",
]


def read_objectives(path: Path, *, live: bool = False) -> tuple[Objective, ...]:
    """The objectives of a file, or of all files (.yaml, .yml, .json) of a folder, by name. Documents of a
    folder may refer to each other. Where a Prometheus is asked (`live`), its queries alone make an objective.

    Raises InvalidFile, naming every problem of the first file that has any, for files without an SLO, and
    for two objectives of one name.
    """
    found: dict[str, Objective] = {}
    for objective in _read(path, live=live):
        if objective.name in found:
            problem = Problem(
                "metadata.name", repr(objective.name), "another objective has this name already"
            )
            raise InvalidFile(path, (problem,), "Give each objective a name of its own.")
        found[objective.name] = objective
    if not found:
        problem = Problem("", "no objectives", "must hold at least one SLO")
        raise InvalidFile(path, (problem,), "Name a file or a folder of objectives.")
    return tuple(sorted(found.values(), key=lambda one: one.name))


def objective_files(path: Path) -> tuple[Path, ...]:
    """The files that `read_objectives` reads: `path` itself, or those of a folder."""
    if not path.is_dir():
        return (path,)
    return tuple(file for file in sorted(path.iterdir()) if file.suffix in SUFFIXES)


def read_objective(file: Path) -> Objective:
    """The one objective in a file. Raises InvalidFile."""
    objectives = read_objectives(file)
    if len(objectives) != 1:
        problem = Problem("", f"{len(objectives)} objectives", "must hold exactly one")
        raise InvalidFile(file, (problem,), NEXT_STEP)
    return objectives[0]


def read_documents(path: Path) -> Library:
    """All documents of OpenSLO in a file or a folder. Raises InvalidFile."""
    contents = {file: raw_documents(file) for file in _files(path)}
    return read_library({file: found for file, found in contents.items() if not is_sloth(found[0])})


def _read(path: Path, *, live: bool) -> tuple[Objective, ...]:
    contents = {file: raw_documents(file) for file in _files(path)}
    of_sloth = {file: found for file, found in contents.items() if is_sloth(found[0])}
    library = read_library({file: found for file, found in contents.items() if file not in of_sloth})
    sloth = [
        one
        for file, found in of_sloth.items()
        for content in found
        for one in sloth_objectives(file, content, live=live)
    ]
    return (*resolve(library, live=live), *sloth)


def _files(path: Path) -> tuple[Path, ...]:
    files = objective_files(path)
    if not files:
        problem = Problem("", "no objectives", f"must hold OpenSLO files ({', '.join(SUFFIXES)})")
        raise InvalidFile(path, (problem,), "Name a file or a folder of objectives.")
    return files
