"""A scenario as a load: its schedule, and who sends it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from evidence.run_record import RateLimits, ScheduledArrivals
from evidence.tenants_record import Tenant
from loadtests.arrivals import Arrival, arrivals, share_sizes, worker_share
from loadtests.generator.capacity import DRAIN_MARGIN_S, allowed_capacity, capacity_for
from loadtests.generator.destinations import Destinations
from loadtests.generator.dispatcher import Dispatcher
from loadtests.generator.flights import Flights
from loadtests.generator.load import Recording
from loadtests.generator.share import Share
from loadtests.generator.target import Target
from loadtests.operations.acknowledged import Acknowledged
from loadtests.request_plan import RequestPlan
from loadtests.scenario import Scenario, scheduled_arrivals, worker_name
from loadtests.tags import TagChoice


@dataclass(frozen=True, slots=True)
class ScenarioLoad:
    """A scenario with everything that it needs."""

    scenario: Scenario
    targets: Mapping[str | None, Target]
    """By name, the first one first; the one target of a scenario that names none goes by None."""
    tenants: Mapping[str, tuple[Tenant, ...]]
    """By tier, as many as the scenario uses."""
    words: tuple[str, ...]
    seed: int
    file: Path
    """Where the scenario was read from."""
    tags: TagChoice
    rate_per_s: float | None = None
    """That it was set to; None: its own."""

    @property
    def is_open(self) -> bool:
        """Arrivals come from its rates."""
        return True

    @property
    def name(self) -> str:
        """Of the scenario."""
        return self.scenario.name

    @property
    def target(self) -> str:
        """URL of the first one."""
        return next(iter(self.targets.values())).url

    @property
    def rate_limits(self) -> RateLimits | None:
        """What the scenario says that the target declares."""
        return self.scenario.limits

    @property
    def notes(self) -> tuple[str, ...]:
        """The files that it read beside the scenario's own, and where its named targets are."""
        named = {name: target.url for name, target in self.targets.items() if name is not None}
        return (*self.scenario.notes, *(f"Target {name} is {url}." for name, url in named.items()))

    @property
    def duration_s(self) -> float | None:
        """Of the schedule."""
        return self.scenario.duration_s

    @property
    def longest_drain_s(self) -> float:
        """A client's time limit and some."""
        return self.scenario.timeout_s + DRAIN_MARGIN_S

    def scheduled(self, workers: int) -> tuple[ScheduledArrivals, ...]:
        """The arrivals of each worker."""
        if self.tags.is_everything:
            return scheduled_arrivals(self.scenario, self.seed, workers)
        sizes = share_sizes(sum(1 for _ in self._tagged()), workers)
        return tuple(ScheduledArrivals(worker_name(index), size) for index, size in enumerate(sizes))

    def share(self, share: Share) -> Iterator[Arrival]:
        """The arrivals of one worker."""
        scenario = self.scenario
        if self.tags.is_everything:
            return worker_share(scenario.streams, scenario.duration_s, self.seed, share.index, share.count)
        return islice(self._tagged(), share.index, None, share.count)

    def _tagged(self) -> Iterator[Arrival]:
        """Those that tags leave, which are what they are without tags."""
        plan = self.plan(Share(0, 1, 0), Acknowledged())
        allowed = self.tags.places(self.scenario)
        for arrival in arrivals(self.scenario.streams, self.scenario.duration_s, self.seed):
            if (arrival.persona, plan.position(arrival)) in allowed:
                yield arrival

    def plan(self, share: Share, acknowledged: Acknowledged) -> RequestPlan:
        """What makes the requests of one worker."""
        return RequestPlan(
            self.scenario,
            self.tenants,
            self.words,
            seed=self.seed,
            worker_index=share.index,
            acknowledged=acknowledged,
        )

    def sender(self, share: Share, recording: Recording) -> "ScenarioSender":
        """What sends a share of it."""
        return ScenarioSender(self, share, recording)


class ScenarioSender:
    """Sends each arrival at its instant, over connections of its own."""

    def __init__(self, load: ScenarioLoad, share: Share, recording: Recording) -> None:
        self._load = load
        self._share = share
        self._recording = recording
        self._now_ns: Callable[[], int] = recording.now_ns
        self._destinations = Destinations(load.targets, load.scenario.timeout_s, recording.now_ns)

    @property
    def completed(self) -> bool:
        """The share was dispatched to its end."""
        return self._dispatcher.completed

    @property
    def handed_out(self) -> int:
        """Arrivals that have a record, or will have one."""
        return self._dispatcher.handed_out

    @property
    def in_flight(self) -> int:
        """Arrivals that were dispatched and are not recorded yet."""
        return self._flights.in_flight

    def due_by(self, at_ns: int) -> int:
        """How many arrivals the schedule has up to this instant."""
        return self._dispatcher.due_by(at_ns)

    def open(self) -> None:
        """Raises OSError: the target's name cannot be resolved."""
        load, share, recording = self._load, self._share, self._recording
        self._destinations.open()
        scenario = load.scenario
        held_s = scenario.timeout_s + scenario.longest_session_s
        peak_per_s = scenario.peak_rate_per_s(held_s + DRAIN_MARGIN_S) / share.count
        acknowledged = Acknowledged()
        self._flights = Flights(
            worker=share.worker,
            capacity=allowed_capacity(capacity_for(peak_per_s, held_s)),
            start_ns=share.start_ns,
            now_ns=recording.now_ns,
            plan=load.plan(share, acknowledged),
            destinations=self._destinations,
            recorder=recording.recorder,
            gauges=recording.gauges,
            meter=recording.meter,
            acknowledged=acknowledged,
            on_record=recording.on_record,
        )
        self._dispatcher = Dispatcher(load.share(share), share.start_ns, self._now_ns, self._flights.launch)
        self._flights.open()

    def run(self) -> None:
        """Returns at the end of the share, or soon after stop()."""
        self._dispatcher.run()

    def stop(self) -> None:
        """Send nothing more."""
        self._dispatcher.stop()

    def finish(self) -> None:
        """Wait for answers for a bounded time, account for every arrival that was due."""
        for sequence, arrival in self._dispatcher.left_until(self._now_ns()):
            self._flights.refuse(sequence, arrival, "the run was stopped before it was sent")
        self._flights.drain(self._load.longest_drain_s)
        self._destinations.close()
