"""What any load is to the session that carries it out, whoever decides what is sent and when."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from evidence.request_record import RequestRecord
from evidence.run_record import RateLimits, ScheduledArrivals
from loadtests.generator.gauges import Gauges
from loadtests.generator.live_meter import LiveMeter
from loadtests.generator.recorder import Recorder
from loadtests.generator.share import Share


@dataclass(frozen=True, slots=True)
class Recording:
    """Where a sender leaves what it did."""

    now_ns: Callable[[], int]
    recorder: Recorder
    gauges: Gauges
    meter: LiveMeter
    on_record: Callable[[RequestRecord, str], None]
    """Told of every request and its method, for Locust's own statistics."""

    def request(self, record: RequestRecord) -> None:
        """Keep what became of a request, and count it for who watches."""
        self.meter.landed(record)
        self.recorder.request(record)


class Sender(Protocol):
    """Sends one worker's share of a load."""

    @property
    def completed(self) -> bool:
        """The share was sent to its end: nothing cut it short."""
        ...

    @property
    def handed_out(self) -> int:
        """Arrivals that have a record: sequences 0 to handed_out - 1."""
        ...

    @property
    def in_flight(self) -> int:
        """Arrivals that were dispatched and are not recorded yet."""
        ...

    def due_by(self, at_ns: int) -> int:
        """How many arrivals were called for up to this instant, dispatched or not."""
        ...

    def open(self) -> None:
        """Prepare everything that would disturb the load later. Raises OSError."""
        ...

    def run(self) -> None:
        """Returns at the end of the share, or soon after stop()."""
        ...

    def stop(self) -> None:
        """Send nothing more."""
        ...

    def finish(self) -> None:
        """After stop(): wait for answers for a bounded time, account for every arrival that is due by now."""
        ...


class Load(Protocol):
    """Everything that was read before the load begins."""

    @property
    def name(self) -> str:
        """Of the scenario, or of the locustfile that stands for one."""
        ...

    @property
    def target(self) -> str:
        """URL of the service under load, without a trailing slash."""
        ...

    @property
    def seed(self) -> int:
        """The same seed sends the same arrivals."""
        ...

    @property
    def rate_limits(self) -> RateLimits | None:
        """What the target declares."""
        ...

    @property
    def is_open(self) -> bool:
        """Arrivals come from a schedule; else from users who wait for answers."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the evidence should know of it."""
        ...

    @property
    def duration_s(self) -> float | None:
        """How long the schedule is; None for one that goes on until somebody stops it."""
        ...

    @property
    def longest_drain_s(self) -> float:
        """How long finish() may take."""
        ...

    def scheduled(self, workers: int) -> tuple[ScheduledArrivals, ...]:
        """How many arrivals each worker's schedule has; nothing where that is not known beforehand."""
        ...

    def sender(self, share: Share, recording: Recording) -> Sender:
        """What sends a share of it."""
        ...
