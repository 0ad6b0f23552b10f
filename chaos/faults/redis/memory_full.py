"""Memory full: Redis keeps what it has and takes nothing more."""

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
from chaos.targets.direct import DirectTarget

_FULL = "1"
"""Byte: less than what an empty server holds."""


@dataclass(frozen=True, slots=True)
class MemoryFull(InsideFault):
    """maxmemory below what is used, and nothing may be evicted."""

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "memory-full"
    effect: ClassVar[str] = "Commands that may need memory, scripts too, fail with OOM; reads are answered."

    def remember(self, target: DirectTarget) -> Mapping[str, str]:
        """Limit and policy."""
        with administering(target.door.address) as redis:
            return {name: str(redis.config_get(name)[name]) for name in ("maxmemory", "maxmemory-policy")}

    def inject(self, target: DirectTarget, mark: Mark) -> None:  # noqa: ARG002 -- there is one limit
        """First the policy: a limit under the old one would evict everything."""
        self._set(target, "noeviction", _FULL)

    def in_place(self, target: DirectTarget, mark: Mark) -> bool:  # noqa: ARG002 -- the same
        """The limit is set."""
        with administering(target.door.address) as redis:
            return str(redis.config_get("maxmemory")["maxmemory"]) == _FULL

    def heal(self, target: DirectTarget, mark: Mark) -> None:
        """First the limit, for the same reason."""
        with administering(target.door.address) as redis:
            redis.config_set("maxmemory", mark.before["maxmemory"])
            redis.config_set("maxmemory-policy", mark.before["maxmemory-policy"])

    def question(self, target: DirectTarget) -> Dialect:  # noqa: ARG002 -- any key will do
        """A small write."""
        return redis_question("SET", PROBE_KEY, "1", "PX", "100", sound="+OK")

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """Every connection must be refused its write."""
        return not_wrong(seen, "-OOM")

    def _set(self, target: DirectTarget, policy: str, maxmemory: str) -> None:
        with administering(target.door.address) as redis:
            redis.config_set("maxmemory-policy", policy)
            redis.config_set("maxmemory", maxmemory)
