"""What every document of OpenSLO v1 has, and its small types."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

STRICT = ConfigDict(extra="forbid")

type Name = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
"""RFC 1123, as OpenSLO demands at least."""
type Reference = Annotated[str, Field(min_length=1, max_length=255)]
"""The name of another document; those of targets are not bound to RFC 1123 in OpenSLO's own examples."""
type Description = Annotated[str, Field(max_length=1050)]
type Duration = Annotated[str, Field(pattern=r"^[1-9][0-9]*[mhdwMQY]$")]
"""duration-shorthand: minutes, hours, days, weeks, Months, Quarters, Years."""
type MaybeZero = Annotated[str, Field(pattern=r"^[0-9]+[mhdwMQY]$")]
"""The same; 0m is OpenSLO's default of alertAfter."""
type ApiVersion = Literal["openslo/v1"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """`metadata`"""

    __pydantic_config__ = STRICT

    name: Name
    display_name: Annotated[str | None, Field(alias="displayName")] = None
    labels: Mapping[str, str | tuple[str, ...]] = Field(default_factory=dict)
    annotations: Mapping[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LooseMetadata:
    """`metadata` of what OpenSLO's own examples name in any case."""

    __pydantic_config__ = STRICT

    name: Reference
    display_name: Annotated[str | None, Field(alias="displayName")] = None
    labels: Mapping[str, str | tuple[str, ...]] = Field(default_factory=dict)
    annotations: Mapping[str, str] = Field(default_factory=dict)
