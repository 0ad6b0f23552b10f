"""What tolerances that are functions of a user's own say, once they were asked again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class AskedTolerances:
    """Only what is known: a function that did not return has said nothing."""

    unfailing: tuple[str, ...] = ()
    """Names of probes of the hypothesis whose tolerance accepted every altered answer."""
    within: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    """Whether what an activity of the method or the rollbacks said is within its tolerance, by its place."""
