"""Flushed: everything that Redis had is gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from chaos.admin.redis_admin import administering
from chaos.faults.fault import Mark
from chaos.faults.inside_fault import InsideFault, not_wrong
from chaos.faults.redis.probe_key import PROBE_KEY
from chaos.probes.dialect import Dialect
from chaos.probes.line import Observation
from chaos.probes.questions.redis import redis_question
from chaos.sight import Sight, View
from chaos.targets.direct import DirectTarget
from chaos.timing import Timing
from chaos.verification import verify_answers

_KEPT_S = 60
"""Long enough to be looked for after the flush, and gone by itself where nobody flushed."""


@dataclass(frozen=True, slots=True)
class Flushed(InsideFault):
    """FLUSHALL, once: a cold cache, and in the state Redis limits and locks that are forgotten.

    It cannot be undone: the service fills the cache again. Never for a Redis that holds what nobody else has.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "flushed"
    effect: ClassVar[str] = "Every key is gone; the server answers as before."

    def remember(self, target: DirectTarget) -> Mapping[str, str]:
        """How many keys there were."""
        with administering(target.door.address) as redis:
            return {"keys": str(redis.dbsize())}

    def inject(self, target: DirectTarget, mark: Mark) -> None:  # noqa: ARG002 -- all keys are meant
        """Flush."""
        with administering(target.door.address) as redis:
            redis.flushall()

    def in_place(self, target: DirectTarget, mark: Mark) -> bool:  # noqa: ARG002 -- always
        """What is gone stays gone."""
        return True

    def heal(self, target: DirectTarget, mark: Mark) -> None:
        """Nothing can be done, and nothing need be."""

    def question(self, target: DirectTarget) -> Dialect:  # noqa: ARG002 -- the same key everywhere
        """Whether a key is there that was put in beforehand."""
        return redis_question("EXISTS", PROBE_KEY, sound=":1")

    def view(self, target: DirectTarget, timing: Timing) -> View:
        """Put the key in, then look for it."""
        with administering(target.door.address) as redis:
            redis.set(PROBE_KEY, "1", ex=_KEPT_S)
        return InsideFault.view(self, target, timing)

    def verify_healed(self, target: DirectTarget, timing: Timing) -> Sight:
        """The server answers."""
        return verify_answers(target.client_door, timing)

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """No connection must find the key."""
        return not_wrong(seen, ":0")
