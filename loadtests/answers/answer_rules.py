"""What must hold of a good answer's headers and body."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import jsonschema_rs
import orjson
from pydantic import ConfigDict

from evidence.errors import Problem
from loadtests.answers.pointer import MISSING, Pointer, parse_pointer
from loadtests.http_messages import HttpAnswer
from loadtests.templates.escaping import Value, as_text
from loadtests.templates.template import Template, TemplateError, parse_template

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class AnswerRules:
    """Each must hold; the first that does not is told. Texts may have places."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    headers: Mapping[str, str] = field(default_factory=dict)
    """Name and value; an asterisk stands for anything."""
    contains: tuple[str, ...] = ()
    """Texts that are in the body."""
    json: Mapping[str, object] = field(default_factory=dict)
    """JSON Pointer and what stands there."""
    schema: Mapping[str, object] | None = None
    """A JSON Schema, of any draft from 4 on; it cannot refer to others."""
    at_most_bytes: int | None = None


class _ReadAnswer:
    """An answer whose body is read as JSON once, by the first rule that needs it."""

    __slots__ = ("_content", "answer")

    def __init__(self, answer: HttpAnswer) -> None:
        self.answer = answer
        self._content: object = MISSING

    def content(self) -> object:
        """Raises _NotJsonError."""
        if self._content is MISSING:
            try:
                self._content = orjson.loads(self.answer.body)
            except orjson.JSONDecodeError as error:
                raise _NotJsonError(f"the body is not JSON: {error}") from error
        return self._content


class _NotJsonError(ValueError):
    """What a rule says of such a body."""


type Rule = Callable[[_ReadAnswer, Mapping[str, Value]], str | None]
"""Says what is wrong with an answer, None for nothing. Raises _NotJsonError."""


@dataclass(frozen=True, slots=True)
class CompiledRules:
    """Ready to be asked of each answer."""

    rules: tuple[Rule, ...]
    names: frozenset[str]
    """What must be known to ask."""

    def fault_of(self, answer: HttpAnswer, values: Mapping[str, Value]) -> str | None:
        """The first thing that is wrong."""
        read = _ReadAnswer(answer)
        try:
            return next((fault for rule in self.rules if (fault := rule(read, values))), None)
        except _NotJsonError as error:
            return str(error)


def compile_rules(rules: AnswerRules, where: str) -> tuple[CompiledRules, tuple[Problem, ...]]:
    """The rules that can be asked, and what is wrong with the others."""
    compiled: list[Rule] = []
    names: set[str] = set()
    problems: list[Problem] = []
    for place, text, make in _written(rules, where):
        try:
            rule, needed = make()
        except (ValueError, jsonschema_rs.ValidationError) as error:
            problems.append(Problem(place, repr(text)[:_SHOWN], _first_line(error)))
        else:
            compiled.append(rule)
            names |= needed
    return CompiledRules(tuple(compiled), frozenset(names)), tuple(problems)


type _Made = tuple[Rule, frozenset[str]]


def _written(rules: AnswerRules, where: str) -> Iterator[tuple[str, object, Callable[[], _Made]]]:
    if rules.at_most_bytes is not None:
        yield f"{where}.at_most_bytes", rules.at_most_bytes, partial(_at_most, rules.at_most_bytes)
    for name, value in rules.headers.items():
        yield f"{where}.headers.{name}", value, partial(_header, name, value)
    for position, text in enumerate(rules.contains):
        yield f"{where}.contains[{position}]", text, partial(_contains, text)
    for pointer, wanted in rules.json.items():
        yield f"{where}.json.{pointer}", wanted, partial(_equals, pointer, wanted)
    if rules.schema is not None:
        yield f"{where}.schema", dict(rules.schema), partial(_schema, rules.schema)


def _at_most(most: int) -> _Made:
    if most < 0:
        raise ValueError("must be 0 or more")

    def rule(read: _ReadAnswer, values: Mapping[str, Value]) -> str | None:  # noqa: ARG001 -- as all rules
        size = len(read.answer.body)
        return f"the body has {size} bytes, at most {most} are allowed" if size > most else None

    return rule, frozenset()


def _header(name: str, text: str) -> _Made:
    key, template = name.lower(), parse_template(text)

    def rule(read: _ReadAnswer, values: Mapping[str, Value]) -> str | None:
        found, wanted = read.answer.headers.get(key), template.fill(values)
        if found is None:
            return f"header {name} is missing"
        pattern = re.compile(".*".join(re.escape(part) for part in wanted.split("*")), re.IGNORECASE)
        if any(pattern.fullmatch(line.strip()) for line in found.split("\n")):
            return None
        return f"header {name}: {found[:_SHOWN]!r}: must be {wanted!r}"

    return rule, template.names


def _contains(text: str) -> _Made:
    if not text:
        raise ValueError("must be a text that is not empty")
    template = parse_template(text)

    def rule(read: _ReadAnswer, values: Mapping[str, Value]) -> str | None:
        wanted = template.fill(values)
        return None if wanted.encode() in read.answer.body else f"{wanted[:_SHOWN]!r} is not in the body"

    return rule, template.names


def _equals(text: str, wanted: object) -> _Made:
    pointer = parse_pointer(text)
    template = parse_template(wanted) if isinstance(wanted, str) else None
    if template is not None and template.places:
        return _equals_text(pointer, template), template.names

    def rule(read: _ReadAnswer, values: Mapping[str, Value]) -> str | None:  # noqa: ARG001 -- as all rules
        found = pointer.find(read.content())
        if (type(found) is type(wanted) and found == wanted) or _same_number(found, wanted):
            return None
        return f"{text}: {_shown(found)}: must be {_shown(wanted)}"

    return rule, frozenset()


def _equals_text(pointer: Pointer, template: Template) -> Rule:
    """Values of files and answers come as text or as numbers: what counts is how they are written."""

    def rule(read: _ReadAnswer, values: Mapping[str, Value]) -> str | None:
        found, wanted = pointer.find(read.content()), template.fill(values)
        if isinstance(found, str | int | float | bool) and as_text(found) == wanted:
            return None
        return f"{pointer.text}: {_shown(found)}: must be {_shown(wanted)}"

    return rule


def _schema(schema: Mapping[str, object]) -> _Made:
    validator = jsonschema_rs.validator_for(dict(schema), offline=True)

    def rule(read: _ReadAnswer, values: Mapping[str, Value]) -> str | None:  # noqa: ARG001 -- as all rules
        try:
            validator.validate(read.content())
        except jsonschema_rs.ValidationError as error:
            place = "".join(f"/{step}" for step in error.instance_path)
            return f"{place or 'the body'}: {error.message}"
        return None

    return rule, frozenset()


def _same_number(found: object, wanted: object) -> bool:
    numbers = (found, wanted)
    return (
        all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers) and found == wanted
    )


def _shown(value: object) -> str:
    return "missing" if value is MISSING else orjson.dumps(value).decode()[:_SHOWN]


def _first_line(error: Exception) -> str:
    if isinstance(error, TemplateError):
        return str(error)
    if isinstance(error, jsonschema_rs.ValidationError):
        place = "".join(f"/{step}" for step in error.instance_path)
        return f"must be a JSON Schema; {place or 'it'}: {error.message}"
    return str(error)
