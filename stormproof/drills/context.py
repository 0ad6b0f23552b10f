"""What a drill has at hand while it goes on: the stack, the clock, the history that it writes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import stack
from evidence.clock import Clock
from evidence.drill_record import DrillStep, LostWrite
from evidence.home import Home
from evidence.ports import StackPorts
from evidence.run_folder import RunFolder
from evidence.timeline import TimelineEvent, TimelineEventName, TimelineKind, append_event
from stormproof.console import StepBoard
from stormproof.drills.drill import Drill
from stormproof.drills.service_probe import ServiceProbe
from stormproof.run.phases import WRITER

POLL_S = 0.1
_NS = 1_000_000_000


class NotRecovered(RuntimeError):  # noqa: N818 -- what happened
    """A function did not come back in the time that the drill gives it."""


@dataclass(slots=True)
class DrillContext:
    """One drill, from its preparation on. What it finds is in its lists afterwards."""

    drill: Drill
    home: Home
    settings: stack.StackSettings
    folder: RunFolder
    board: StepBoard
    clock: Clock
    sleep: Callable[[float], None]
    probe: ServiceProbe
    failed_ns: int | None = None
    restored_ns: int | None = None
    steps: list[DrillStep] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lost: list[LostWrite] = field(default_factory=list)
    """What the drill itself found to be lost, beside documents."""
    stores: tuple[str, ...] = ("service", "elasticsearch", "postgres")
    """Where acknowledged documents are looked for in the end."""

    @property
    def ports(self) -> StackPorts:
        """Of the stack."""
        return StackPorts(self.home.port_base)

    def fail(self, what: str) -> None:
        """The failure comes next: RTO counts from now."""
        self.failed_ns = self.clock.now_ns()
        self.board.tell(self.drill.name, what)
        self._tell("failure", TimelineEventName.STARTED, self.failed_ns)

    def begin_without_failure(self, what: str) -> None:
        """What comes next is to be felt by nobody: only the load can tell of an outage."""
        self.fail(what)
        self.restored_ns = self.failed_ns

    def restored(self) -> None:
        """By the drill's own check all works again. What follows puts things in order."""
        self.restored_ns = self.clock.now_ns()
        self._tell("failure", TimelineEventName.ENDED, self.restored_ns)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A stretch that is told, timed and kept."""
        started_ns = self.clock.now_ns()
        self.board.tell(self.drill.name, name)
        self._tell(name, TimelineEventName.STARTED, started_ns)
        yield
        ended_ns = self.clock.now_ns()
        self._tell(name, TimelineEventName.ENDED, ended_ns)
        self.steps.append(DrillStep(name, started_ns, ended_ns))

    def wait(self, seconds: float) -> None:
        """Let the load go on."""
        self.sleep(seconds)

    def until(self, what: str, look: Callable[[], bool], within_s: float) -> None:
        """Ask until it is so. Raises NotRecovered after `within_s`."""
        deadline_ns = self.clock.now_ns() + round(within_s * _NS)
        while not look():
            if self.clock.now_ns() >= deadline_ns:
                raise NotRecovered(f"{what}: not within {within_s:g} s")
            self.sleep(POLL_S)

    def phase(self, name: str, event: TimelineEventName) -> None:
        """A phase of the run begins or ends."""
        at_ns = self.clock.now_ns()
        append_event(self.folder.timeline_file, TimelineEvent(at_ns, TimelineKind.PHASE, name, event, WRITER))

    def _tell(self, name: str, event: TimelineEventName, at_ns: int) -> None:
        kind = TimelineKind.PHASE if name == "failure" else TimelineKind.NOTE
        append_event(self.folder.timeline_file, TimelineEvent(at_ns, kind, name, event, WRITER))
