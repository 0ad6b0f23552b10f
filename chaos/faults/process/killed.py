"""Killed: gone at once, with whatever it had in hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from chaos.faults.fault import Mark
from chaos.faults.process.process_fault import STARTS_WITHIN_S, ProcessFault
from chaos.probes.line import Age, Observation, Outcome
from chaos.processes.subject import family, present, require_restartable, start_again
from chaos.processes.tree import kill_all
from chaos.targets.process import ProcessTarget


@dataclass(frozen=True, slots=True)
class Killed(ProcessFault):
    """SIGKILL to the process and its children, as the end of their machine or container is.

    Healing starts it again: as `stack.json` says, or by the command that the experiment gives for it.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: ClassVar[str] = "killed"
    effect: ClassVar[str] = (
        "Connections are cut; new ones are refused, or cut by the proxy, until it is back."
    )
    answers_within_s: ClassVar[float] = STARTS_WITHIN_S

    def remember(self, target: ProcessTarget) -> Mapping[str, str]:
        """Its niceness. Raises InvalidArgumentError where nobody knows how to start it again."""
        return require_restartable(target)

    def inject(self, target: ProcessTarget, mark: Mark) -> None:  # noqa: ARG002 -- dead is dead
        """Kill, and wait until all have ended."""
        kill_all(family(target))

    def in_place(self, target: ProcessTarget, mark: Mark) -> bool:  # noqa: ARG002 -- the same
        """Nothing runs in its place."""
        return present(target) is None

    def heal(self, target: ProcessTarget, mark: Mark) -> None:
        """Start it again; that it answers takes longer, and is looked for afterwards."""
        start_again(target, mark.before, mark.id)

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """The pooled connection must be cut, a fresh one refused, or cut by a proxy that takes it."""
        for one in seen:
            expected = {Outcome.CLOSED} if one.age is Age.POOLED else {Outcome.REFUSED, Outcome.CLOSED}
            if one.outcome not in expected:
                return f"a {one.age} connection is {one.outcome} after {one.after_ms:.0f} ms"
        return None

    def not_in_state(self, target: ProcessTarget) -> str | None:
        """It does not run."""
        return None if present(target) is None else "it runs"
