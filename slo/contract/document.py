"""A contract as it is written: shapes of the document, and nothing that follows from them."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

_STRICT = ConfigDict(extra="forbid")
_NAME = Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
_SHARE = Field(gt=0, lt=1)
_LIMIT = Field(gt=0, le=86_400_000, allow_inf_nan=False)


def _some[T](values: tuple[T, ...]) -> tuple[T, ...]:
    """Asked of values that are right, one by one: else an empty list would be told of them, too."""
    if not values:
        raise PydanticCustomError("empty", "must hold at least one")
    return values


_SOME = AfterValidator(_some)
_Words = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], _SOME]


@dataclass(frozen=True, slots=True)
class ContractMetadata:
    """`metadata`"""

    __pydantic_config__ = _STRICT

    name: Annotated[str, _NAME]


@dataclass(frozen=True, slots=True)
class RecoveredDocument:
    """`recovered`: when an operation is itself again."""

    __pydantic_config__ = _STRICT

    share: Annotated[float, _SHARE] = 0.95
    """Of its requests that end ok, neither bad nor degraded."""


@dataclass(frozen=True, slots=True)
class PartDocument:
    """`situations[].when[]`: one thing that is broken, by experiment, or by what is broken and how."""

    __pydantic_config__ = _STRICT

    experiment: Annotated[str, Field(min_length=1)] | None = None
    """By name, or the path of its file."""
    targets: _Words | None = None
    """All of these are broken."""
    faults: _Words | None = None
    """Each by one of these faults; by any where none is named."""


@dataclass(frozen=True, slots=True)
class PromisesDocument:
    """`situations[].promises[]`: what some operations promise. A field that is left out promises nothing."""

    __pydantic_config__ = _STRICT

    operations: _Words
    statuses: Annotated[tuple[Annotated[int, Field(ge=100, le=599)], ...], _SOME] | None = None
    outcomes: (
        Annotated[
            tuple[Literal["ok", "degraded", "wrong", "rejected", "failed", "connection", "timeout"], ...],
            _SOME,
        ]
        | None
    ) = None
    served_from: Annotated[tuple[Literal["live", "cache", "stale", "empty"], ...], _SOME] | None = None
    staleness_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    durability: Annotated[tuple[Literal["replicated", "local"], ...], _SOME] | None = None
    availability: Annotated[float, _SHARE] | None = None
    p99_ms: Annotated[float, _LIMIT] | None = None
    recovery_s: Annotated[float, _LIMIT] | None = None


@dataclass(frozen=True, slots=True)
class SituationDocument:
    """`situations[]`: something is broken, and what is promised meanwhile."""

    __pydantic_config__ = _STRICT

    name: Annotated[str, _NAME]
    promises: tuple[PromisesDocument, ...]
    when: tuple[PartDocument, ...] | None = None
    """All of these at once, and nothing else; an empty list: nothing is broken."""
    together: Annotated[tuple[str, ...], Field(min_length=2)] | None = None
    """Names of other situations that are there at once: a pair."""
    description: str = ""
    source: str = ""
    """Who names this situation; coverage is told for each source."""


@dataclass(frozen=True, slots=True)
class ContractDocument:
    """One contract file."""

    __pydantic_config__ = _STRICT

    api_version: Annotated[Literal["stormproof/v1"], Field(alias="apiVersion")]
    kind: Literal["Contract"]
    metadata: ContractMetadata
    situations: tuple[SituationDocument, ...]
    recovered: RecoveredDocument = RecoveredDocument()
    description: str = ""
