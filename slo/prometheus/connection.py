"""Where a Prometheus is, and how it is asked: from a DataSource document of type Prometheus, or an option."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field

from evidence.documents import InvalidContent, as_kind
from evidence.errors import InvalidFile
from slo.openslo.library import NEXT_STEP, Library
from slo.openslo.sources import DataSource
from slo.prometheus.errors import PrometheusError

SOURCE_TYPE = "prometheus"
"""As OpenSLO's examples have it, in any case of letters."""
STEPS_S = (60, 180, 300, 900)
"""Whole minutes, of which every time zone's midnight is a multiple. At least twice the scrape interval: with
less, an ordinary scrape would look like a missing one."""


_ADDRESS = r"^https?://[^\s/]+"


@dataclass(frozen=True, slots=True)
class Connection:
    """`connectionDetails` of a DataSource of type Prometheus."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    url: Annotated[str, Field(pattern=_ADDRESS)]
    """Of the server; what stands before /api/v1."""
    step_s: int = STEPS_S[0]
    """How long the stretches are that are counted one by one."""
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 60.0
    """Of one question."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """As X-Scope-OrgID."""
    bearer_token_file: Path | None = None
    """Read when it is asked: no token stands in an objective."""


def connection_of(library: Library, url: str | None, step_s: int | None) -> Connection | None:
    """What an option says, else what a DataSource does; None where neither names a Prometheus.

    Raises InvalidFile, and PrometheusError for an address or a step that cannot be used.
    """
    sources = [one for one in library.of_kind(DataSource) if one.document.spec.type.lower() == SOURCE_TYPE]
    if len(sources) > 1:
        problem = sources[1].place.problem(
            "spec.type", repr(SOURCE_TYPE), "one DataSource of this type is enough"
        )
        raise InvalidFile(sources[1].place.file, (problem,), NEXT_STEP)
    details: dict[str, object] = {}
    if sources:
        details.update(sources[0].document.spec.connection_details)
    if url is not None:
        if re.match(_ADDRESS, url) is None:
            raise PrometheusError(f"{url}: must be an address, as http://127.0.0.1:9090.")
        details["url"] = url
    if step_s is not None:
        details["step_s"] = step_s
    if "url" not in details:
        return None
    try:
        connection = as_kind(details, Connection, "connectionDetails")
    except InvalidContent as error:
        where = sources[0].place.file if sources else Path("--prometheus")
        raise InvalidFile(where, error.problems, NEXT_STEP) from error
    if connection.step_s not in STEPS_S:
        allowed = ", ".join(map(str, STEPS_S))
        raise PrometheusError(
            f"a step of {connection.step_s} s: must be one of {allowed} seconds, at least twice the scrape "
            "interval."
        )
    return connection
