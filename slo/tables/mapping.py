"""Which columns of somebody's table are what: from a DataSource document, from options, else from their
names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ConfigDict, Field

from evidence.documents import InvalidContent, as_kind
from evidence.errors import InvalidFile, Problem
from slo.allowed_fields import with_allowed_fields
from slo.openslo.library import NEXT_STEP, Library
from slo.openslo.sources import SOURCE_TYPE, DataSource

_STRICT = ConfigDict(extra="forbid")

type Unit = Literal["s", "ms", "us", "ns"]
NS_IN: Mapping[str, int] = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}

KNOWN_NAMES: Mapping[str, tuple[str, ...]] = {
    "time": ("time", "timestamp", "@timestamp", "ts", "datetime", "start_time"),
    "status": ("status", "status_code", "http_status", "code", "response_code"),
    "operation": ("operation", "endpoint", "route"),
    "tier": ("tier", "plan"),
    "tenant": ("tenant", "tenant_id"),
}
"""What a column is taken for by its name alone, the first that there is. Latency is not among them: its
unit would be a guess."""
KNOWN_LATENCIES: Mapping[str, Unit] = {
    f"{name}_{unit}": unit
    for name in ("latency", "duration", "elapsed", "response_time")
    for unit in ("s", "ms", "us", "ns")
}
"""Names that say their unit too."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns; None where the table has none of the kind."""

    __pydantic_config__ = _STRICT

    time: str | None = None
    """When a request was sent, or seen."""
    latency: str | None = None
    status: str | None = None
    """HTTP status; empty or - where there was no answer."""
    good: str | None = None
    """Instead of a status: whether the request went well."""
    operation: str | None = None
    tier: str | None = None
    tenant: str | None = None
    id: str | None = None
    """Of a request, if each has its own: then none may be there twice."""


BAD_VALUES = ("false", "0", "error", "failure", "bad", "")
"""What stands for a request that went badly, where nothing else is said."""
ROLES = tuple(one.name for one in fields(Columns))


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How a table is to be read: `connectionDetails` of a DataSource of type stormproof."""

    __pydantic_config__ = _STRICT

    columns: Columns = Columns()
    time_unit: Unit | None = None
    """Of times that are numbers since 1970; None: what puts them between 2000 and 2100."""
    time_zone: str | None = None
    """Of times without one."""
    time_format: str | None = None
    """As strptime has it, where times are not ISO 8601."""
    time_is: Literal["start", "end"] = "start"
    latency_unit: Unit | None = None
    good_values: Annotated[tuple[str, ...], Field(min_length=1)] = ("true", "1", "ok", "success", "good")
    """Of `good`, in lower case. Where others are named, all else is bad; of these, only BAD_VALUES are."""
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    """Of CSV; None: a comma, a tab in .tsv."""
    files: tuple[str, ...] = field(default=())
    """Where the table is, if it is not said on the command line: paths, globs, s3:// and https://
    addresses."""


class InvalidMapping(ValueError):  # noqa: N818 -- as InvalidFile
    """An option does not say how to read a table."""


def mapping_of(library: Library) -> TableMapping:
    """What the DataSource of type stormproof says; all by name where there is none. Raises InvalidFile."""
    sources = [one for one in library.of_kind(DataSource) if one.document.spec.type == SOURCE_TYPE]
    if not sources:
        return TableMapping()
    if len(sources) > 1:
        problem = sources[1].place.problem(
            "spec.type", repr(SOURCE_TYPE), "one DataSource of this type is enough"
        )
        raise InvalidFile(sources[1].place.file, (problem,), NEXT_STEP)
    place, document = sources[0].place, sources[0].document
    at = place.problem("spec.connectionDetails", "", "").where
    try:
        return as_kind(dict(document.spec.connection_details), TableMapping, at)
    except InvalidContent as error:
        told = (
            replace(one, where=one.where.removeprefix(f"{at}.")) if one.where.startswith(at) else one
            for one in error.problems
        )
        known = (with_allowed_fields(one, TableMapping) for one in told)
        problems = tuple(replace(one, where=f"{at}.{one.where}") for one in known)
        raise InvalidFile(place.file, problems, NEXT_STEP) from error


def with_options(mapping: TableMapping, columns: tuple[str, ...], settings: tuple[str, ...]) -> TableMapping:
    """The same with what the command line says: `time=ts`, and `latency_unit=ms`. Raises InvalidMapping."""
    named = dict(_split(one, ROLES, "--column") for one in columns)
    known = ("time_unit", "time_zone", "time_format", "time_is", "latency_unit", "delimiter")
    said = dict(_split(one, known, "--setting") for one in settings)
    try:
        changed = as_kind(said, TableMapping, "")
    except InvalidContent as error:
        raise InvalidMapping(f"--setting {error}") from error
    return replace(
        mapping,
        columns=replace(mapping.columns, **named),
        **{name: getattr(changed, name) for name in said},
    )


def check_zone(mapping: TableMapping) -> Iterator[Problem]:
    """A zone that nobody knows."""
    if mapping.time_zone is None:
        return
    try:
        ZoneInfo(mapping.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        allowed = "must be a name of the IANA time zone database, as Europe/Berlin or UTC"
        yield Problem("time_zone", repr(mapping.time_zone), allowed)


def _split(written: str, known: tuple[str, ...], option: str) -> tuple[str, str]:
    name, sign, value = written.partition("=")
    if not sign or not value or name not in known:
        raise InvalidMapping(f"{option} {written}: must be one of {', '.join(known)}, as {known[0]}=…")
    return name, value
