"""Worker killed: one of several that share the work, while its supervisor lives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import psutil
from pydantic import ConfigDict, JsonValue

from chaos.errors import InvalidArgumentError, NotAnsweringError, NotFeltError
from chaos.faults.fault import Mark
from chaos.faults.plain_fault import FieldParameters
from chaos.processes.subject import present
from chaos.processes.tree import has_ended, kill_all
from chaos.sight import Sight, View
from chaos.state_view import look_until
from chaos.targets.process import ProcessTarget
from chaos.timing import Timing
from chaos.verification import verify_answers
from chaos.watchdog.runner import Runner, parse_runner

_DIES_WITHIN_S = 2.0
_STARTS_WITHIN_S = 30.0
"""A worker that loads its program, on two busy cores."""


@dataclass(frozen=True, slots=True)
class WorkerKilled(FieldParameters):
    """SIGKILL to the oldest child, with the requests that it has in hand.

    What heals it is the supervisor, which is to start another in its place: the fault is felt when there is
    one with a new pid. (PostgreSQL's supervisor ends all sessions and recovers when a child is killed.)
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: ClassVar[str] = "worker-killed"
    effect: ClassVar[str] = "Requests in hand of one worker are never answered, its connections are cut."

    def remember(self, target: ProcessTarget) -> Mapping[str, str]:
        """Which child it will be. Raises InvalidArgumentError where there is none."""
        children = _children(target)
        if not children:
            raise InvalidArgumentError(
                f"target {target.name!r} has no workers: it is one process alone. Start it with several, as "
                "the reference service with SERVICE_WORKERS=2, or use the fault killed."
            )
        return {"worker": str(children[0]), "workers": str(len(children))}

    def inject(self, target: ProcessTarget, mark: Mark) -> None:  # noqa: ARG002 -- the mark names the worker
        """Kill it, and wait until it has ended."""
        worker = parse_runner(mark.before["worker"])
        kill_all(() if worker is None or not worker.lives else (psutil.Process(worker.pid),))

    def in_place(self, target: ProcessTarget, mark: Mark) -> bool:  # noqa: ARG002 -- the protocol's signature
        """It is dead for good."""
        worker = parse_runner(mark.before["worker"])
        return worker is None or not worker.lives

    def heal(self, target: ProcessTarget, mark: Mark) -> None:
        """Nothing: the supervisor does."""

    def view(self, target: ProcessTarget, timing: Timing) -> View:
        """The children: one that was there is not, and one that was not there is."""
        return _WorkersView(target, timing, frozenset(_children(target)))

    def verify_healed(self, target: ProcessTarget, timing: Timing) -> Sight:
        """There are workers, and they answer. Raises NotAnsweringError."""
        try:
            sight = look_until(
                f"{target.name} with a worker",
                lambda: None if _children(target) else "it has no worker",
                timing,
                _STARTS_WITHIN_S,
            )
        except NotFeltError as error:
            raise NotAnsweringError(str(error)) from error
        return (
            sight if target.door is None else verify_answers(target.door, timing, within_s=_STARTS_WITHIN_S)
        )


@dataclass(frozen=True, slots=True)
class _WorkersView:
    """The workers of one supervisor, and those that it had before."""

    target: ProcessTarget
    timing: Timing
    had: frozenset[Runner]

    @property
    def before(self) -> Mapping[str, JsonValue]:
        """How many there were."""
        return {"workers": len(self.had)}

    def felt(self) -> Sight:
        """One dies, and another takes its place. Raises NotFeltError."""
        what = f"{WorkerKilled.name} of {self.target.name}"
        look_until(what, self._none_died, self.timing, _DIES_WITHIN_S)
        return look_until(what, self._none_is_new, self.timing, _STARTS_WITHIN_S, self._tell)

    def measured(self) -> Sight | None:
        """It has no strength."""
        return None

    def close(self) -> None:
        """Nothing is open."""

    def _none_died(self) -> str | None:
        return "every worker lives" if self.had <= set(_children(self.target)) else None

    def _none_is_new(self) -> str | None:
        return None if set(_children(self.target)) - self.had else "no worker has taken its place"

    def _tell(self) -> Mapping[str, JsonValue]:
        now = set(_children(self.target))
        return {"died": len(self.had - now), "new": len(now - self.had)}


def _children(target: ProcessTarget) -> list[Runner]:
    """The oldest first."""
    process = present(target)
    if process is None:
        return []
    try:
        found = [one for one in process.children() if not has_ended(one)]
        return sorted((Runner(one.pid, one.create_time()) for one in found), key=lambda one: one.created_at_s)
    except psutil.NoSuchProcess:
        return []
