"""A system and its parts, read from a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field

from evidence.documents import read_document
from evidence.errors import InvalidFile, Problem
from slo.composite import (
    InvalidSystem,
    Part,
    Redundant,
    Remedy,
    Series,
    System,
    availability,
    copies_everywhere,
    remedies,
)
from slo.windows import MONTH_S

_STRICT = ConfigDict(extra="forbid")
_NEXT_STEP = "Mend the file; slo/compositions/document-search.yaml is one that is understood."


@dataclass(frozen=True, slots=True)
class WrittenSystem:
    """A part (name and availability), or `series` or `redundant` of others."""

    __pydantic_config__ = _STRICT

    name: str | None = None
    availability: Annotated[float, Field(ge=0, le=1)] | None = None
    series: "tuple[WrittenSystem, ...] | None" = None
    redundant: "tuple[WrittenSystem, ...] | None" = None
    needed: Annotated[int, Field(ge=1)] | None = None
    """Of `redundant`; one where it is not said."""


@dataclass(frozen=True, slots=True)
class Composition:
    """The content of a file."""

    __pydantic_config__ = _STRICT

    name: str
    target: Annotated[float, Field(gt=0, lt=1)]
    system: WrittenSystem


@dataclass(frozen=True, slots=True)
class CompositionResult:
    """What the parts come to, and what would close the gap."""

    name: str
    target: float
    availability: float
    minutes_a_month: float
    """That it is away."""
    allowed_minutes_a_month: float
    meets: bool
    remedies: tuple[Remedy, ...]
    copies_of_all: int | None
    """Copies of every part that would do; None where ten do not, 1 where the target is met."""


def read_composition(file: Path) -> Composition:
    """The composition at `file`. Raises InvalidFile."""
    return read_document(file, Composition, next_step=_NEXT_STEP)


def compose(file: Path, target: float | None = None) -> CompositionResult:
    """What the system at `file` comes to. Raises InvalidFile."""
    composition = read_composition(file)
    system = _system(composition.system, file, "system")
    wanted = composition.target if target is None else target
    try:
        has = availability(system)
        closing = remedies(system, wanted)
        copies = copies_everywhere(system, wanted)
    except InvalidSystem as error:
        raise InvalidFile(file, (Problem("system", "", str(error)),), _NEXT_STEP) from error
    return CompositionResult(
        name=composition.name,
        target=wanted,
        availability=has,
        minutes_a_month=(1 - has) * MONTH_S / 60,
        allowed_minutes_a_month=(1 - wanted) * MONTH_S / 60,
        meets=has >= wanted,
        remedies=closing,
        copies_of_all=copies,
    )


def _system(written: WrittenSystem, file: Path, where: str) -> System:
    kinds = [
        name
        for name, value in (
            ("availability", written.availability),
            ("series", written.series),
            ("redundant", written.redundant),
        )
        if value is not None
    ]
    if len(kinds) != 1 or (written.availability is not None and written.name is None):
        allowed = "must be a part (name and availability), or have one of series and redundant"
        raise InvalidFile(file, (Problem(where, ", ".join(kinds) or "empty", allowed),), _NEXT_STEP)
    if written.needed is not None and written.redundant is None:
        allowed = "belongs beside redundant: of a series all are needed, and a part is one"
        raise InvalidFile(file, (Problem(f"{where}.needed", str(written.needed), allowed),), _NEXT_STEP)
    if written.availability is not None:
        return Part(written.name or "", written.availability)
    inner = written.series or written.redundant or ()
    of = tuple(_system(one, file, f"{where}.{kinds[0]}[{index}]") for index, one in enumerate(inner))
    return Series(of) if written.series is not None else Redundant(of, written.needed or 1)
