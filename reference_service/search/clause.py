"""What a document must be like to be found: a small tree of clauses, bounded in size and depth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reference_service.errors import InvalidInputError

KINDS = ("text", "prefix", "tag", "all", "any", "not")
WORDS = 32
TAG_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Text:
    """Words; of three or more, three quarters must occur."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words of the title, of which the last may be unfinished: search as you type."""

    text: str


@dataclass(frozen=True, slots=True)
class Tag:
    """The document carries the tag. Does not change the score."""

    tag: str


@dataclass(frozen=True, slots=True)
class All:
    """Every one of the clauses holds."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of the clauses holds."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The clause does not hold."""

    clause: Clause


type Clause = Text | Prefix | Tag | All | Any | Not


@dataclass(frozen=True, slots=True)
class ClauseBounds:
    """The analysis, section 5.3: clauses and depth of a query, characters of a text."""

    clauses: int
    depth: int
    length: int


def read_clause(raw: object, bounds: ClauseBounds) -> Clause:
    """The tree of a request's JSON: `{"all": [{"text": "..."}, {"not": {"tag": "..."}}]}`.

    Raises InvalidInputError, naming the place.
    """
    clause = _read(raw, "query", bounds, 1)
    count = sum(1 for _ in walk(clause))
    if count > bounds.clauses:
        raise InvalidInputError("query", f"at most {bounds.clauses} clauses are allowed; these are {count}")
    return clause


def walk(clause: Clause) -> Iterator[Clause]:
    """The clause and all below it."""
    yield clause
    if isinstance(clause, All | Any):
        for one in clause.clauses:
            yield from walk(one)
    elif isinstance(clause, Not):
        yield from walk(clause.clause)


def check_text(where: str, value: object, bounds: ClauseBounds) -> str:
    """Text that can be searched for, its spaces made single. Raises InvalidInputError."""
    if not isinstance(value, str) or len(value) > bounds.length or "\0" in value:
        raise InvalidInputError(where, f"text of 1 to {bounds.length} characters is required")
    words = value.split()
    if not words or len(words) > WORDS:
        raise InvalidInputError(
            where, f"1 to {WORDS} words of at most {bounds.length} characters are required"
        )
    return " ".join(words)


def check_tag(where: str, value: object) -> str:
    """A tag. Raises InvalidInputError."""
    if not isinstance(value, str) or not 0 < len(value) <= TAG_LENGTH or "\0" in value:
        raise InvalidInputError(where, f"text of 1 to {TAG_LENGTH} characters is required")
    return value


def _read(raw: object, where: str, bounds: ClauseBounds, depth: int) -> Clause:
    if depth > bounds.depth:
        raise InvalidInputError(where, f"clauses nest at most {bounds.depth} deep")
    if not isinstance(raw, dict) or len(raw) != 1 or next(iter(raw)) not in KINDS:
        raise InvalidInputError(where, f"an object with one field is required: {', '.join(KINDS)}")
    ((kind, content),) = raw.items()
    inside = f"{where}.{kind}"
    match kind:
        case "text":
            return Text(check_text(inside, content, bounds))
        case "prefix":
            return Prefix(check_text(inside, content, bounds))
        case "tag":
            return Tag(check_tag(inside, content))
        case "not":
            return Not(_read(content, inside, bounds, depth + 1))
    if not isinstance(content, list) or not 0 < len(content) <= bounds.clauses:
        raise InvalidInputError(inside, f"a list of 1 to {bounds.clauses} clauses is required")
    clauses = tuple(_read(one, f"{inside}[{place}]", bounds, depth + 1) for place, one in enumerate(content))
    return All(clauses) if kind == "all" else Any(clauses)
