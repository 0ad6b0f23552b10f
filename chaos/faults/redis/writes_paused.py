"""Writes paused: Redis answers reads and lets writers wait, as while it fails over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from chaos.admin.redis_admin import administering
from chaos.errors import AdminTimeoutError
from chaos.faults.fault import Mark
from chaos.faults.inside_fault import InsideFault
from chaos.faults.redis.probe_key import PROBE_KEY
from chaos.probes.dialect import Dialect
from chaos.probes.line import Observation, Outcome
from chaos.probes.questions.redis import redis_question
from chaos.targets.direct import DirectTarget

_LONGEST_MS = 3_700_000
"""Redis ends it by itself somewhat after the longest hold of an experiment."""


@dataclass(frozen=True, slots=True)
class WritesPaused(InsideFault):
    """CLIENT PAUSE … WRITE. (A pause of all commands could not be ended: UNPAUSE would wait too. Freeze the
    process for that.)"""

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "writes-paused"
    effect: ClassVar[str] = (
        "Commands that write, and scripts, are not answered; reads are, and connections stay."
    )

    @property
    def watch_s(self) -> float:
        """A write that has waited this long waits."""
        return 0.3

    def inject(self, target: DirectTarget, mark: Mark) -> None:  # noqa: ARG002 -- a server is paused or not
        """Pause."""
        with administering(target.door.address) as redis:
            redis.client_pause(_LONGEST_MS, all=False)

    def in_place(self, target: DirectTarget, mark: Mark) -> bool:  # noqa: ARG002 -- the same
        """A write waits: the server itself does not tell."""
        try:
            with administering(target.door.address, self.watch_s) as redis:
                redis.set(PROBE_KEY, "1", px=100)
        except AdminTimeoutError:
            return True
        return False

    def heal(self, target: DirectTarget, mark: Mark) -> None:  # noqa: ARG002 -- the same
        """Go on."""
        with administering(target.door.address) as redis:
            redis.client_unpause()

    def question(self, target: DirectTarget) -> Dialect:  # noqa: ARG002 -- any key will do
        """A small write."""
        return redis_question("SET", PROBE_KEY, "1", "PX", "100", sound="+OK")

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """Every connection must be waiting."""
        for one in seen:
            if one.outcome is not Outcome.UNANSWERED:
                return f"a {one.age} connection is {one.outcome} after {one.after_ms:.0f} ms"
        return None
