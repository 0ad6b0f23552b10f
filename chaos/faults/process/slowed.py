"""Slowed: it runs for some of the time only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, JsonValue

from chaos.faults.fault import Mark
from chaos.faults.plain_fault import FieldParameters
from chaos.faults.process.process_fault import see_running
from chaos.faults.process.turns_view import open_turns_view, turns_seen
from chaos.holding import end_holder, holder_lives, start_holder
from chaos.processes.subject import family, present
from chaos.processes.tree import resume_all
from chaos.sight import Sight, View
from chaos.state_view import StateView
from chaos.targets.process import ProcessTarget
from chaos.timing import Timing
from chaos.verification import NORMAL_WITHIN_S

_LONGEST_TURNS = 5
"""So many periods are watched at most."""


@dataclass(frozen=True, slots=True)
class Slowed(FieldParameters):
    """The process and its children run for a share of each period, and are stopped for the rest of it.

    A process of its own sends SIGSTOP and SIGCONT by turns: no root is needed, as control groups would.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "slowed"
    effect: ClassVar[str] = "Answers come in bursts; between them everything waits."

    running_share: Annotated[float, Field(ge=0.01, le=0.9)] = 0.2
    """Share of each period in which it runs."""
    period_ms: Annotated[int, Field(ge=200, le=60_000)] = 1000
    """Of one turn: running, then stopped."""

    @property
    def stopped_s(self) -> float:
        """Of each period."""
        return (1 - self.running_share) * self.period_ms / 1000

    @property
    def period_s(self) -> float:
        """Of one turn."""
        return self.period_ms / 1000

    def remember(self, target: ProcessTarget) -> Mapping[str, str]:  # noqa: ARG002 -- the protocol's signature
        """Nothing."""
        return {}

    def inject(self, target: ProcessTarget, mark: Mark) -> None:
        """Start the holder. Raises NotAppliedError."""
        parameters: dict[str, JsonValue] = {
            "target": json.dumps(target.parameters()),
            "stopped_s": self.stopped_s,
            "running_s": self.period_s - self.stopped_s,
        }
        start_holder("process-turns", mark.id, parameters)

    def in_place(self, target: ProcessTarget, mark: Mark) -> bool:  # noqa: ARG002 -- the holder has all of it
        """The holder lives."""
        return holder_lives(mark.id)

    def heal(self, target: ProcessTarget, mark: Mark) -> None:
        """End the holder, and let all go on that it may have stopped just then."""
        end_holder(mark.id)
        resume_all(lambda: family(target))

    def view(self, target: ProcessTarget, timing: Timing) -> View:
        """Waits on a pooled and a fresh connection, where it has a door; else its state."""
        within_s = _LONGEST_TURNS * self.period_s + 1.0
        if target.door is None:
            what = f"{self.name} of {target.name}"
            return StateView(what, turns_seen(lambda: present(target)), timing, within_s)
        least_ms = self.stopped_s * 1000 / 2
        return open_turns_view(target.door, least_ms, within_s, timing)

    def verify_healed(self, target: ProcessTarget, timing: Timing) -> Sight:
        """It answers; or, where nobody said how to ask it, it runs."""
        return see_running(target, timing, NORMAL_WITHIN_S)
