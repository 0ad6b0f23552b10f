"""All documents of a file or a folder, by kind and name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from evidence.documents import InvalidContent, as_kind, load_yaml_documents
from evidence.errors import InvalidFile, Problem
from slo.allowed_fields import with_allowed_fields
from slo.openslo.alerting import AlertCondition, AlertNotificationTarget, AlertPolicy
from slo.openslo.slo import Service, Slo
from slo.openslo.sources import DataSource, Sli

type Document = Slo | Sli | Service | DataSource | AlertPolicy | AlertCondition | AlertNotificationTarget

KINDS: Mapping[str, type[Document]] = {
    "SLO": Slo,
    "SLI": Sli,
    "Service": Service,
    "DataSource": DataSource,
    "AlertPolicy": AlertPolicy,
    "AlertCondition": AlertCondition,
    "AlertNotificationTarget": AlertNotificationTarget,
}
SUFFIXES = (".yaml", ".yml", ".json")
NEXT_STEP = "Mend the objective; see slo/objectives for files that are understood."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document stands."""

    file: Path
    where: str
    """Path inside the file: empty for its only document, `[1]` for the second of several."""

    def problem(self, where: str, value: str, allowed: str) -> Problem:
        """A problem of this document, its place told from the beginning of the file."""
        return Problem(f"{self.where}.{where}" if self.where else where, value, allowed)


@dataclass(frozen=True, slots=True)
class Placed[T: Document]:
    """A document and where it stands."""

    place: Place
    document: T


@dataclass(frozen=True, slots=True)
class Library:
    """Documents that may refer to each other by name."""

    documents: tuple[Placed[Document], ...]

    def of_kind[T: Document](self, kind: type[T]) -> Iterator[Placed[T]]:
        """Those of one kind, in the order in which they were read."""
        for one in self.documents:
            if isinstance(one.document, kind):
                yield Placed(one.place, one.document)

    def find[T: Document](self, kind: type[T], name: str) -> Placed[T] | None:
        """The one of this name."""
        return next((one for one in self.of_kind(kind) if one.document.metadata.name == name), None)

    def names[T: Document](self, kind: type[T]) -> str:
        """What there is of a kind, for people who named something else."""
        return ", ".join(sorted(one.document.metadata.name for one in self.of_kind(kind))) or "none"


def raw_documents(file: Path) -> tuple[object, ...]:
    """What a YAML or JSON file holds: several documents, or a list of them, or one. Raises InvalidFile."""
    try:
        text = file.read_text(encoding="utf-8")
        found = [one for one in load_yaml_documents(text) if one is not None]
    except FileNotFoundError as error:
        problem = Problem("", "no such file", "must be the path of a readable file")
        raise InvalidFile(file, (problem,), "Check the path.") from error
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem("", str(error), "must be a readable UTF-8 file")
        raise InvalidFile(file, (problem,), "Check the path and its permissions.") from error
    except (yaml.YAMLError, ValueError) as error:  # a ValueError is a date that does not exist
        problem = Problem("", str(error).replace("\n", " "), "must be well-formed YAML or JSON")
        raise InvalidFile(file, (problem,), NEXT_STEP) from error
    listed = found[0] if len(found) == 1 and isinstance(found[0], list) else found
    if not listed:
        raise InvalidFile(file, (Problem("", "empty", "must hold OpenSLO documents"),), NEXT_STEP)
    return tuple(listed)


def read_library(files: Mapping[Path, tuple[object, ...]]) -> Library:
    """All documents of these files. Raises InvalidFile for the first file that is not valid, and for two
    documents of one kind and name.
    """
    placed: list[Placed[Document]] = []
    known: dict[tuple[str, str], Path] = {}
    for file, contents in files.items():
        for one in _of_file(file, contents):
            key = (one.document.kind, one.document.metadata.name)
            if key in known:
                problem = one.place.problem("metadata.name", repr(key[1]), f"{known[key]} has it already")
                raise InvalidFile(file, (problem,), f"Give each {key[0]} a name of its own.")
            known[key] = file
            placed.append(one)
    return Library(tuple(placed))


def _of_file(file: Path, contents: tuple[object, ...]) -> list[Placed[Document]]:
    placed: list[Placed[Document]] = []
    problems: list[Problem] = []
    for index, content in enumerate(contents):
        place = Place(file, f"[{index}]" if len(contents) > 1 else "")
        try:
            placed.append(Placed(place, _document(content, place)))
        except InvalidContent as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidFile(file, tuple(problems), NEXT_STEP)
    return placed


def _document(content: object, place: Place) -> Document:
    named = content.get("kind") if isinstance(content, Mapping) else content
    kind = KINDS.get(named) if isinstance(named, str) else None
    if kind is None:
        allowed = f"must be one of {', '.join(repr(one) for one in KINDS)}"
        raise InvalidContent((place.problem("kind", repr(named)[:80], allowed),))
    try:
        return as_kind(content, kind, place.where)
    except InvalidContent as error:
        raise InvalidContent(tuple(with_allowed_fields(one, kind) for one in error.problems)) from error
