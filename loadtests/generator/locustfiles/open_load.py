"""A locustfile whose user classes are open, as a load: rates by class, and who serves the arrivals."""

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, repeat

from evidence.run_record import RateLimits, ScheduledArrivals
from loadtests.arrivals import Arrival, ArrivalProcess, share_sizes
from loadtests.generator.capacity import DRAIN_MARGIN_S, allowed_capacity, capacity_for
from loadtests.generator.dispatcher import Dispatcher
from loadtests.generator.load import Recording
from loadtests.generator.locustfiles.locust_side import LocustSide
from loadtests.generator.locustfiles.user_pool import UserPool
from loadtests.generator.locustfiles.visits import Visits
from loadtests.generator.share import Share
from loadtests.rate_curve import RateCurve, curve_offsets_ns
from loadtests.scenario import worker_name

_LONGEST_TASK_S = 60.0
"""FastHttpUser's own time limit: so long a target that does not answer may hold an arrival."""
_DRAIN_S = 10.0


@dataclass(frozen=True, slots=True)
class OpenLoad:
    """Each class is a persona with a rate of its own."""

    side: LocustSide
    name: str
    target: str
    seed: int
    process: ArrivalProcess
    curves: Mapping[str, RateCurve]
    """By class, in the order of their names."""
    duration_s: float | None

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
        sizes = share_sizes(sum(1 for _ in self.arrivals()), workers)
        return tuple(ScheduledArrivals(worker_name(index), size) for index, size in enumerate(sizes))

    def arrivals(self) -> Iterator[Arrival]:
        """All of them, in time order; at equal instants the order is that of the classes."""
        streams = (
            zip(
                curve_offsets_ns(curve, self.process, name, duration_s=self.duration_s, seed=self.seed),
                repeat(name),
            )
            for name, curve in sorted(self.curves.items())
        )
        for index, (offset_ns, name) in enumerate(heapq.merge(*streams)):
            yield Arrival(index, offset_ns, name)

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
        own = islice(load.arrivals(), share.index, None, share.count)
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
