"""Users who wait for answers, as Locust runs them: recorded as they are, with latency from the send."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gevent.event import Event
from locust import User

from evidence.run_record import RateLimits, ScheduledArrivals
from loadtests.generator.load import Recording
from loadtests.generator.locustfiles.lineage import lineage
from loadtests.generator.locustfiles.locust_side import LocustSide
from loadtests.generator.locustfiles.request_event import read_event
from loadtests.generator.share import Share

_logger = logging.getLogger(__name__)

_END_MARGIN_S = 5.0
"""How much earlier than the load's Locust's own clock of --run-time may start."""
_DRAIN_MARGIN_S = 5.0


@dataclass(frozen=True, slots=True)
class ClosedLoad:
    """A locustfile whose users decide when the next request is sent."""

    side: LocustSide
    name: str
    target: str
    duration_s: float | None
    """Locust's --run-time, or --duration-s; None: until somebody stops it."""
    seed: int = 0
    """Nothing is drawn."""

    @property
    def notes(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def is_open(self) -> bool:
        """No schedule: users wait for answers."""
        return False

    @property
    def rate_limits(self) -> RateLimits | None:
        """A locustfile declares none."""
        return None

    @property
    def longest_drain_s(self) -> float:
        """As long as Locust waits for its users."""
        return float(self.side.environment.stop_timeout or 0.0) + _DRAIN_MARGIN_S

    def scheduled(self, workers: int) -> tuple[ScheduledArrivals, ...]:  # noqa: ARG002
        """Nobody knows beforehand."""
        return ()

    def sender(self, share: Share, recording: Recording) -> "ClosedSender":
        """Listens; Locust's own users send."""
        return ClosedSender(self, share, recording)


class ClosedSender:
    """Records what the users of this process report."""

    def __init__(self, load: ClosedLoad, share: Share, recording: Recording) -> None:
        self._load = load
        self._share = share
        self._recording = recording
        self._stopped = Event()
        self.handed_out = 0
        self.in_flight = 0

    @property
    def completed(self) -> bool:
        """Locust's --run-time is over; without one, any end is the end."""
        if self._load.duration_s is None:
            return True
        elapsed_s = (self._recording.now_ns() - self._share.start_ns) / 1e9
        return elapsed_s > self._load.duration_s - _END_MARGIN_S

    def due_by(self, _at_ns: int) -> int:
        """Nobody calls for requests but the users themselves."""
        return self.handed_out

    def open(self) -> None:
        """Listen from now on."""
        self._load.side.tap.listen(self._on_request)

    def run(self) -> None:
        """Until stop()."""
        self._stopped.wait()

    def stop(self) -> None:
        """The users have stopped, or are about to: Locust sees to that."""
        self._stopped.set()

    def finish(self) -> None:
        """Listen no more."""
        self._load.side.tap.listen(None)

    def _on_request(self, told: dict[str, Any]) -> dict[str, Any]:
        self._record(told)
        return told

    def _record(self, told: Mapping[str, Any]) -> None:
        sequence = self.handed_out
        self.handed_out += 1
        try:
            event = read_event(
                told, now_ns=self._recording.now_ns(), wall_ns=time.time_ns(), host=self._load.target
            )
        except Exception:
            # Its number stays without a record, so that the evidence is not taken for whole.
            _logger.exception("A request event could not be read: %r", told)
            return
        self._recording.request(
            event.record(
                worker=self._share.worker,
                sequence=sequence,
                step=0,
                persona=_present_user_class(),
                intended_ns=None,
            )
        )


def _present_user_class() -> str | None:
    """The class of the user in whose greenlet, or on whose behalf, this runs: Locust starts each with the
    user as its argument.
    """
    for one in lineage():
        arguments = getattr(one, "args", None) or (None,)
        if isinstance(arguments[0], User):
            return type(arguments[0]).__name__
    return None
