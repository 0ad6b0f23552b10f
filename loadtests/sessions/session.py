"""A session as a scenario writes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ConfigDict

from loadtests.answers.answer_rules import AnswerRules
from loadtests.sessions.think_time import ThinkTime

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class SessionStep:
    """One request, or one that is repeated."""

    __pydantic_config__ = _STRICT

    operation: str
    """One of the service's own, or one that the scenario has written."""
    options: Mapping[str, object] = field(default_factory=dict)
    """Of an operation of the service's own."""
    think: ThinkTime | None = None
    """Before each of its requests, from the end of the one before; None: at once. The first request of a
    session is the arrival: it waits for nothing.
    """
    at_most: int = 1
    """How often it is repeated."""
    until: AnswerRules | None = None
    """Repeated until these hold of its answer; the service's own operations know what they wait for."""


@dataclass(frozen=True, slots=True)
class Session:
    """What an arrival begins; personas name it as they name an operation."""

    __pydantic_config__ = _STRICT

    name: str
    steps: tuple[SessionStep, ...]

    @property
    def most_requests(self) -> int:
        """When every step is repeated as often as it may be."""
        return sum(step.at_most for step in self.steps)

    @property
    def think_s(self) -> float:
        """On average, then."""
        return sum(step.at_most * step.think.mean_s for step in self.steps if step.think is not None)
