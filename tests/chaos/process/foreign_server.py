"""A server that is nobody's part: it echoes, has a child, and writes its pid into a file."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from chaos.address import Address
from chaos.faults import make_fault
from chaos.history import History
from chaos.injection import Injection
from chaos.targets.process import PROCESS, ProcessTarget
from chaos.targets.settings import TargetSettings
from chaos.targets.whereabouts import Whereabouts
from chaos.timing import Timing
from chaos.toxiproxy import Toxiproxy
from chaos.undo import HealReport, heal
from evidence.home import Home
from evidence.timeline import TimelineEvent, read_timeline
from tests.chaos.samples import Sample
from tests.chaos.waiting import wait_for

SCRIPT = Path(__file__).with_name("echo_server.py")


@dataclass(frozen=True)
class ForeignServer:
    """One such server below `path`, and what it takes to break it."""

    path: Path
    port: int

    @property
    def pid_file(self) -> Path:
        return self.path / "server.pid"

    @property
    def command(self) -> tuple[str, ...]:
        return (sys.executable, "-S", str(SCRIPT), str(self.pid_file), str(self.port))

    @property
    def home(self) -> Home:
        return Home(self.path / "programs", self.path / "state", 21000)

    @property
    def timeline_file(self) -> Path:
        return self.path / "timeline.jsonl"

    def start(self) -> psutil.Process:
        """Start it, and wait until it has said its pid."""
        subprocess.Popen(self.command, stdin=subprocess.DEVNULL)
        return self.process()

    def process(self) -> psutil.Process:
        """The one that the pid file names, once it does."""
        return wait_for(self._running, "the pid file names a process")

    def whereabouts(self, *, door: bool = True, restart: bool = True) -> Whereabouts:
        """As an experiment says it."""
        settings = TargetSettings(
            dialect="tcp",
            say="hello",
            expect="hello",
            address=f"127.0.0.1:{self.port}" if door else None,
            pid_file=self.pid_file,
            restart=self.command if restart else (),
        )
        nowhere = Toxiproxy(Address("127.0.0.1", 1))
        return Whereabouts(nowhere, self.path / "stack.json", {"server": settings})

    def target(self) -> ProcessTarget:
        return PROCESS.find(self.whereabouts(), "server")

    def inject(self, fault: str, sample: Sample, whereabouts: Whereabouts | None = None) -> None:
        """Break it, and see it felt."""
        timing = Timing.real()
        history = History(self.timeline_file, "chaos", timing.clock)
        where = whereabouts or self.whereabouts()
        injection = Injection("test", where, self.home.undo_file, history, timing)
        injection.break_all(make_fault(fault, sample.parameters), ["server"])

    def heal(self) -> HealReport:
        return heal(self.home, Timing.real())

    def events(self) -> tuple[TimelineEvent, ...]:
        return read_timeline(self.timeline_file)

    def end(self) -> None:
        """End it with its child, however it is."""
        found = self._running()
        if found is not None:
            for one in (*found.children(recursive=True), found):
                one.kill()

    def _running(self) -> psutil.Process | None:
        try:
            found = psutil.Process(int(self.pid_file.read_text()))
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None
        return None if found.status() == psutil.STATUS_ZOMBIE else found
