"""A bound on how many requests of the last seconds may be bad: what a plan waits for, or stops at."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import ConfigDict, Field


@dataclass(frozen=True, slots=True)
class BadShare:
    """The share of bad requests over a window; bad are failed, timeout, connection and wrong."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    bad_share: Annotated[float, Field(ge=0, le=1)]
    """Of all requests that were sent, those that the client's limit refused (429) apart."""
    over_s: Annotated[float, Field(ge=1, le=600)] = 10.0
    least_requests: Annotated[int, Field(ge=1)] = 20
    """Of fewer nothing is said."""

    def __str__(self) -> str:
        return f"{self.bad_share:.3g} bad over {self.over_s:g} s"
