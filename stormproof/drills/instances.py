"""Several instances of the service behind a balancer at the service's own port."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import stack
from evidence.ports import HOST
from stormproof.balancer.balancer import Balancer
from stormproof.drills.context import DrillContext
from stormproof.run.service import start_service

_READY_WITHIN_S = 30.0
_LEAVES_WITHIN_S = 30.0
_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class Instances:
    """Those that run, by number, and the share of each."""

    context: DrillContext
    balancer: Balancer
    _running: dict[int, stack.ManagedProcess] = field(default_factory=dict)
    _shares: dict[int, float] = field(default_factory=dict)

    def start(self, number: int, settings: Mapping[str, str] = _NO_SETTINGS) -> None:
        """Start one and wait until it and the balancer say that it is ready; it has no share yet.

        Raises ServiceFailed, NotRecovered.
        """
        context = self.context
        cwd = context.home.state_dir
        process = start_service(
            context.home, context.folder.id, cwd=cwd, own_settings=settings, instance=number
        )
        self._running[number] = process
        self.share({**self._shares, number: 0.0})
        context.until("ready", lambda: self.balancer.is_ready(self.url(number)), _READY_WITHIN_S)

    def share(self, shares: Mapping[int, float]) -> None:
        """Who gets how much from now on."""
        self._shares = dict(shares)
        self.balancer.share({self.url(number): share for number, share in shares.items()})

    def stop(self, number: int) -> None:
        """Send it nobody, ask it to end in good order, and wait for it: what it has under way is answered."""
        self.share({one: share for one, share in self._shares.items() if one != number})
        process = self._running.pop(number)
        stack.end_processes(
            self.context.settings, lambda one: one.pid == process.pid, timeout_s=_LEAVES_WITHIN_S
        )

    def url(self, number: int) -> str:
        """Where an instance listens."""
        return f"http://{HOST}:{self.context.ports.instance(number)}"
