"""What is known of one request while it is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from reference_service.identity.identity import Identity
from reference_service.limits.decision import Decision
from reference_service.resilience import Deadline


@dataclass(slots=True)
class Exchange:
    """Filled in on the way; the envelope turns it into headers, metrics and a line in the log."""

    request_id: str
    deadline: Deadline
    identity: Identity | None = None
    decision: Decision | None = None
    degraded: list[str] = field(default_factory=list)
    source: str | None = None
    query_fingerprint: str | None = None
    result_count: int | None = None
    awaits_body: bool = False
    """Its client has more to send: what is late now is late by the client."""
    endings: list[Callable[[], None]] = field(default_factory=list)

    def at_the_end(self, ending: Callable[[], None]) -> None:
        """What is to be done when the request has been answered, however."""
        self.endings.append(ending)

    def end(self) -> None:
        """The request has been answered."""
        for ending in self.endings:
            ending()

    def miss(self, *dependencies: str | None) -> None:
        """Notes what the answer had to do without, each once."""
        for dependency in dependencies:
            if dependency is not None and dependency not in self.degraded:
                self.degraded.append(dependency)

    def known_identity(self) -> Identity:
        """The identity, in a handler behind the gate."""
        if self.identity is None:
            raise RuntimeError("this handler is not behind the gate")
        return self.identity


EXCHANGE = web.RequestKey("exchange", Exchange)
