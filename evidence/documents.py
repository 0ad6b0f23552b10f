"""Reading and writing YAML and JSON documents as frozen dataclasses, strictly."""

import json
import os
import tempfile
from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from evidence.errors import InvalidFile, Problem

_LONGEST_VALUE = 80


def read_document[T](path: Path, kind: type[T], *, next_step: str = "Mend the file and try again.") -> T:
    """The document at `path` (YAML by its ending, else JSON) as a `kind`, a frozen dataclass.

    Raises InvalidFile when the file is missing, unreadable, not YAML or JSON, or not of this kind.
    """
    return parse_document(path, _text(path), kind, next_step=next_step)


def parse_document[T](
    path: Path, text: str, kind: type[T], *, next_step: str = "Mend the file and try again."
) -> T:
    """`text` as a `kind`; `path` is only named in errors. Raises InvalidFile."""
    try:
        content = load_content(path, text)
    except (yaml.YAMLError, ValueError) as error:
        problem = Problem("", str(error).replace("\n", " "), "must be well-formed YAML or JSON")
        raise InvalidFile(path, (problem,), next_step) from error
    try:
        return TypeAdapter(kind).validate_python(content, strict=False)
    except ValidationError as error:
        raise InvalidFile(path, tuple(_problem(one, content) for one in error.errors()), next_step) from error


def load_content(path: Path, text: str) -> object:
    """What `text` says, read as YAML or JSON by the ending of `path`.

    Raises yaml.YAMLError, ValueError: for JSON, and for what YAML takes for a date that does not exist.
    """
    content: object = load_yaml(text) if path.suffix in {".yaml", ".yml"} else json.loads(text)
    return content


def load_yaml(text: str) -> object:
    """What YAML says; a name that is given twice is an error, where YAML's own loader takes the last one.

    Raises yaml.YAMLError, ValueError for a date that does not exist.
    """
    return yaml.load(text, _UniqueNames)  # noqa: S506 -- a safe loader


def load_yaml_documents(text: str) -> Iterator[object]:
    """The same of each of several documents. Raises as `load_yaml`, once what is wrong is come to."""
    yield from yaml.load_all(text, _UniqueNames)


class _UniqueNames(yaml.SafeLoader):
    """Refuses a mapping that names something twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """Raises ConstructorError."""
        named: set[object] = set()
        for name, _ in node.value:
            if isinstance(name, yaml.ScalarNode) and name.value != "<<":
                if name.value in named:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"{name.value!r} is named twice", name.start_mark
                    )
                named.add(name.value)
        return super().construct_mapping(node, deep)


class InvalidContent(ValueError):  # noqa: N818 -- as InvalidFile
    """A part of a document is not what it must be."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(str(problem) for problem in problems))


def as_kind[T](content: object, kind: type[T], where: str) -> T:
    """A part of a document, at `where` in it, whose kind follows from another part. Raises InvalidContent."""
    try:
        return TypeAdapter(kind).validate_python(content, strict=False)
    except ValidationError as error:
        raise InvalidContent(tuple(_problem(one, content, where) for one in error.errors())) from error


def write_document[T](path: Path, document: T, kind: type[T]) -> None:
    """Write `document` as JSON in one step: a reader sees the old content or the new, never half of it."""
    content = TypeAdapter(kind).dump_json(document, indent=2)
    replace_file(path, content + b"\n")


def replace_file(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Replace the file at `path`, atomically and durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        problem = Problem("", "no such file", "must be the path of a readable file")
        raise InvalidFile(path, (problem,), "Check the path.") from error
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem("", str(error), "must be a readable UTF-8 file")
        raise InvalidFile(path, (problem,), "Check the path and its permissions.") from error


def _problem(error: ErrorDetails, content: object, where: str = "") -> Problem:
    value = repr(error.get("input"))
    if len(value) > _LONGEST_VALUE:
        value = value[: _LONGEST_VALUE - 1] + "…"
    return Problem(
        _place(error["loc"], content, where),
        "missing" if error["type"] == "missing" else value,
        error["msg"],
    )


def _place(location: tuple[int | str, ...], content: object, text: str = "") -> str:
    here, may_be_kind = content, True
    for step in location:
        if may_be_kind and isinstance(here, Mapping) and here.get("kind") == step:
            # Which one of a union it is: a step of the validation, not of the document.
            may_be_kind = False
            continue
        may_be_kind = True
        if isinstance(step, int):
            text += f"[{step}]"
            here = here[step] if isinstance(here, Sequence) and step < len(here) else None
        else:
            text += f".{step}" if text else step
            here = here.get(step) if isinstance(here, Mapping) else None
    return text
