"""What tests of breaking and healing work on: files, a clock that jumps, targets."""

import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from chaos.history import History
from chaos.injection import Injection
from chaos.targets.whereabouts import Whereabouts
from chaos.timing import Timing
from chaos.toxiproxy import Toxiproxy
from evidence.documents import write_document
from evidence.home import Home
from evidence.stack_record import StackPart, StackRecord
from evidence.timeline import TimelineEvent, TimelineEventName, TimelineKind, read_timeline


def unused_port() -> int:
    """A port on loopback where nothing listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


@dataclass
class JumpingClock:
    """The machine's clock, carried on by sleeping, which takes no time."""

    slept_ns: int = 0

    def now_ns(self) -> int:
        return time.monotonic_ns() + self.slept_ns

    def sleep(self, duration_s: float) -> None:
        self.slept_ns += int(duration_s * 1e9)


@dataclass
class Bench:
    """One stack's state folder and one run's timeline."""

    path: Path
    clock: JumpingClock = field(default_factory=JumpingClock)

    @property
    def home(self) -> Home:
        return Home(self.path / "programs", self.path / "state", 21000)

    @property
    def timeline_file(self) -> Path:
        return self.path / "run" / "timeline.jsonl"

    @property
    def timing(self) -> Timing:
        return Timing(self.clock, self.clock.sleep)

    def injection(self, toxiproxy: Toxiproxy, stack_file: Path | None = None) -> Injection:
        """Breaks what is behind that Toxiproxy, and what that stack has."""
        return self.injection_in(Whereabouts(toxiproxy, stack_file or self.home.stack_file))

    def injection_in(self, whereabouts: Whereabouts) -> Injection:
        """Breaks what is found there."""
        history = History(self.timeline_file, "chaos", self.clock)
        return Injection("redis-down", whereabouts, self.home.undo_file, history, self.timing)

    def faults(self) -> tuple[TimelineEvent, ...]:
        """The timeline's events of faults."""
        return tuple(one for one in read_timeline(self.timeline_file) if one.kind is TimelineKind.FAULT)

    def steps(self, target: str) -> list[TimelineEventName]:
        """What happened to a target, in order."""
        return [one.event for one in self.faults() if one.target == target]

    def write_stack(self, admin_port: int, proxies: tuple[str, ...]) -> None:
        """A stack.json that names a Toxiproxy and what is behind it."""
        parts = [StackPart("toxiproxy", "2.12.0", admin_port, None, None)]
        parts += [StackPart(name, "1", 7000, name, 7010) for name in proxies]
        write_document(self.home.stack_file, StackRecord(21000, tuple(parts), ()), StackRecord)
