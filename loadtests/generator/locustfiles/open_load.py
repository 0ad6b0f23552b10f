"""A locustfile whose user classes are open, as a load: rates by class, and who serves the arrivals."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from evidence.run_record import RateLimits, ScheduledArrivals
from loadtests.arrivals import (
    Arrival,
    ArrivalProcess,
    ArrivalStream,
    count_arrivals,
    share_sizes,
    worker_share,
)
from loadtests.generator.capacity import DRAIN_MARGIN_S, allowed_capacity, capacity_for
from loadtests.generator.dispatcher import Dispatcher
from loadtests.generator.load import Recording
from loadtests.generator.locustfiles.locust_side import LocustSide
from loadtests.generator.locustfiles.user_pool import UserPool
from loadtests.generator.locustfiles.visits import Visits
from loadtests.generator.share import Share
from loadtests.scenario import worker_name
from loadtests.shape_rate import ShapeRate

_LONGEST_TASK_S = 60.0
"""FastHttpUser's own time limit: so long a target that does not answer may hold an arrival."""
_DRAIN_S = 10.0
_FOR_EVER_S = 10 * 365 * 86_400.0


@dataclass(frozen=True, slots=True)
class OpenLoad:
    """Each class is a persona with a rate of its own."""

    side: LocustSide
    name: str
    target: str
    seed: int
    process: ArrivalProcess
    curves: Mapping[str, ShapeRate]
    """By class, in the order of their names."""
    duration_s: float | None

    @property
    def notes(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def is_open(self) -> bool:
        """Arrivals come by its rates."""
        return True

    @property
    def rate_limits(self) -> RateLimits | None:
        """A locustfile declares none."""
        return None

    @property
    def peak_per_s(self) -> float:
        """Not below the highest rate of all classes together."""
        return sum(curve.peak_per_s for curve in self.curves.values())

    @property
    def longest_drain_s(self) -> float:
        """As long as Locust is to wait for its users, and not too short for an answer."""
        return max(float(self.side.environment.stop_timeout or 0.0), _DRAIN_S) + DRAIN_MARGIN_S

    def scheduled(self, workers: int) -> tuple[ScheduledArrivals, ...]:
        """The arrivals of each worker; nothing where the schedule has no end."""
        if self.duration_s is None:
            return ()
        sizes = share_sizes(count_arrivals(self._streams, self.duration_s, self.seed), workers)
        return tuple(ScheduledArrivals(worker_name(index), size) for index, size in enumerate(sizes))

    def share(self, share: Share) -> Iterator[Arrival]:
        """The arrivals of one worker, in time order; without end where the schedule has none."""
        duration_s = _FOR_EVER_S if self.duration_s is None else self.duration_s
        return worker_share(self._streams, duration_s, self.seed, share.index, share.count)

    @property
    def _streams(self) -> tuple[ArrivalStream, ...]:
        return tuple(
            ArrivalStream(name, self.process, rate.curve) for name, rate in sorted(self.curves.items())
        )

    def sender(self, share: Share, recording: Recording) -> "OpenSender":
        """What sends a share of it."""
        return OpenSender(self, share, recording)


class OpenSender:
    """Has each arrival served at its instant."""

    def __init__(self, load: OpenLoad, share: Share, recording: Recording) -> None:
        self._load = load
        self._share = share
        self._recording = recording
        self._now_ns: Callable[[], int] = recording.now_ns

    @property
    def completed(self) -> bool:
        """The share was dispatched to its end; one without an end ends when it is stopped."""
        return self._dispatcher.completed or self._load.duration_s is None

    @property
    def handed_out(self) -> int:
        """Arrivals that have a record, or will have one."""
        return self._dispatcher.handed_out

    @property
    def in_flight(self) -> int:
        """Arrivals that are being served."""
        return self._visits.in_flight

    def due_by(self, at_ns: int) -> int:
        """How many arrivals the schedule has up to this instant."""
        return self._dispatcher.due_by(at_ns)

    def open(self) -> None:
        """Listen to requests from now on."""
        load, share, recording = self._load, self._share, self._recording
        environment = load.side.environment
        for user_class in load.side.user_classes:
            if environment.host:
                user_class.host = environment.host
        self._pool = UserPool(environment, load.side.user_classes)
        self._visits = Visits(
            environment=environment,
            target=load.target,
            share=share,
            capacity=allowed_capacity(capacity_for(load.peak_per_s / share.count, _LONGEST_TASK_S)),
            seed=load.seed,
            pool=self._pool,
            recording=recording,
        )
        own = load.share(share)
        self._dispatcher = Dispatcher(own, share.start_ns, self._now_ns, self._visits.launch)
        load.side.tap.listen(self._visits.on_request)

    def run(self) -> None:
        """Returns at the end of the share, or soon after stop()."""
        self._dispatcher.run()

    def stop(self) -> None:
        """Launch nothing more."""
        self._dispatcher.stop()

    def finish(self) -> None:
        """Let tasks come to their end for a bounded time, account for every arrival that was due."""
        for sequence, arrival in self._dispatcher.left_until(self._now_ns()):
            self._visits.refuse(sequence, arrival, "the run was stopped before it was sent")
        self._visits.drain(self._load.longest_drain_s)
        self._load.side.tap.listen(None)
        self._pool.close()
