"""Objectives in the format of Sloth (prometheus/v1): https://sloth.dev/specs/default/.

Sloth's objectives are queries to Prometheus. Which recorded requests stand for them is said in their labels:
`stormproof_indicator` (availability, latency, quality…) and, where needed, `stormproof_tier`,
`stormproof_operation`, `stormproof_tenant`, `stormproof_target`,
`stormproof_threshold_ms`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from evidence.documents import InvalidContent, as_kind
from evidence.errors import InvalidFile, Problem
from slo.allowed_fields import with_allowed_fields
from slo.openslo.library import NEXT_STEP, Place
from slo.openslo.metadata import STRICT
from slo.openslo.selection import Selection, annotated
from slo.promise import Indicator, Objective, Queries

VERSION = "prometheus/v1"
WINDOW = "30d"
"""Sloth's own, unless it is started with another."""
_PREFIX = "stormproof_"
_ANYTHING = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


@dataclass(frozen=True, slots=True)
class Events:
    """`events`"""

    __pydantic_config__ = STRICT

    error_query: str
    total_query: str


@dataclass(frozen=True, slots=True)
class Raw:
    """`raw`"""

    __pydantic_config__ = STRICT

    error_ratio_query: str


@dataclass(frozen=True, slots=True)
class Plugin:
    """`plugin`"""

    __pydantic_config__ = STRICT

    id: str
    options: Mapping[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SlothSli:
    """`sli`"""

    __pydantic_config__ = STRICT

    events: Events | None = None
    raw: Raw | None = None
    plugin: Plugin | None = None

    def __post_init__(self) -> None:
        """Raises ValueError unless it is one of them, as Sloth does."""
        if [self.events, self.raw, self.plugin].count(None) != 2:
            raise ValueError("must have one of events, raw and plugin")


@dataclass(frozen=True, slots=True)
class SlothSlo:
    """An entry of `slos`. What its alerts say is Prometheus' affair, and not read."""

    __pydantic_config__ = _ANYTHING

    name: Annotated[str, Field(min_length=1)]
    objective: Annotated[float, Field(ge=1, lt=100)]
    """Percent: what is under 1 is meant as a ratio, and would promise next to nothing."""
    sli: SlothSli
    description: str = ""
    labels: Mapping[str, str] = Field(default_factory=dict)
    alerting: Mapping[str, object] = Field(default_factory=dict)
    plugins: Mapping[str, object] = Field(default_factory=dict)
    interval: str | None = None


@dataclass(frozen=True, slots=True)
class SlothSpec:
    """The whole document."""

    __pydantic_config__ = _ANYTHING

    version: Literal["prometheus/v1"]
    service: Annotated[str, Field(min_length=1)]
    slos: Annotated[tuple[SlothSlo, ...], Field(min_length=1)]
    labels: Mapping[str, str] = Field(default_factory=dict)
    slo_plugins: Mapping[str, object] = Field(default_factory=dict)
    sli_plugins: tuple[object, ...] = ()


def is_sloth(content: object) -> bool:
    """Whether a document says that it is Sloth's."""
    return isinstance(content, Mapping) and "version" in content and "apiVersion" not in content


def sloth_objectives(file: Path, content: object, *, live: bool = False) -> tuple[Objective, ...]:
    """The objectives of one document, named as Sloth does: service and name. Asked of a Prometheus (`live`),
    they need no labels of ours. Raises InvalidFile.
    """
    try:
        document = as_kind(content, SlothSpec, "")
        places = range(len(document.slos))
        return tuple(_objective(document, index, Place(file, ""), live=live) for index in places)
    except InvalidContent as error:
        problems = tuple(with_allowed_fields(one, SlothSpec) for one in error.problems)
        raise InvalidFile(file, problems, NEXT_STEP) from error


def _objective(document: SlothSpec, index: int, place: Place, *, live: bool) -> Objective:
    written = document.slos[index]
    labels = {**document.labels, **written.labels}
    events = written.sli.events
    queries = None if events is None else Queries(events.total_query, bad=events.error_query)
    if live and queries is not None and f"{_PREFIX}indicator" not in labels:
        chosen = Selection(Indicator.AVAILABILITY, None, None, None)
    else:
        chosen = _selection(labels, place, f"slos[{index}]")
    told = {name: value for name, value in labels.items() if not name.startswith(_PREFIX)}
    told.update({name: value for name, value in chosen.selectors if value})
    return Objective(
        name=f"{document.service}-{written.name}",
        service=document.service,
        indicator=chosen.indicator,
        target=float(Decimal(repr(written.objective)) / 100),
        threshold_ms=chosen.threshold_ms,
        tier=chosen.tier,
        operation=chosen.operation,
        tenant=chosen.tenant,
        named_target=chosen.target,
        labels=MappingProxyType(told),
        window=WINDOW,
        description=written.description,
        source=f"{place.file.name} (Sloth)",
        queries=queries,
    )


def _selection(labels: Mapping[str, str], place: Place, where: str) -> Selection:
    annotations = {
        f"stormproof/{name.removeprefix(_PREFIX).replace('_', '-')}": value
        for name, value in labels.items()
        if name.startswith(_PREFIX)
    }
    if "stormproof/indicator" not in annotations:
        allowed = (
            f"needs {_PREFIX}indicator ({', '.join(Indicator)}), and {_PREFIX}tier, {_PREFIX}operation, "
            f"{_PREFIX}tenant, {_PREFIX}target, {_PREFIX}threshold_ms where they apply: queries cannot be "
            "asked of records"
        )
        raise InvalidContent((Problem(f"{where}.labels", ", ".join(labels) or "none", allowed),))
    return annotated(annotations, place, f"{where}.labels", "Sloth")
