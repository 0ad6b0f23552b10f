"""A bench on the real stack: time passes as it does."""

from dataclasses import dataclass, field
from pathlib import Path

from chaos.address import Address
from chaos.faults import make_fault
from chaos.history import History
from chaos.injection import Felt, Injection
from chaos.targets.settings import TargetSettings
from chaos.targets.whereabouts import Whereabouts
from chaos.timing import Timing
from chaos.toxiproxy import Toxiproxy
from chaos.undo import HealReport, heal
from evidence.home import Home
from evidence.ports import HOST, StackPorts
from evidence.stack_record import StackProcess, read_stack
from evidence.timeline import FaultWindow, TimelineEventName, fault_windows, read_timeline
from tests.chaos.samples import SAMPLES, Sample
from tests.conftest import RealStack


@dataclass
class RealBench:
    """The real stack, with an `undo.jsonl` and a timeline of the test's own."""

    path: Path
    stack: RealStack
    targets: dict[str, TargetSettings] = field(default_factory=dict)
    timing: Timing = field(default_factory=Timing.real)

    @property
    def home(self) -> Home:
        """Where what it breaks is written."""
        return Home(self.path / "programs", self.path / "state", self.stack.port_base)

    @property
    def timeline_file(self) -> Path:
        return self.path / "run" / "timeline.jsonl"

    @property
    def toxiproxy(self) -> Toxiproxy:
        return Toxiproxy(Address(HOST, StackPorts(self.stack.port_base).toxiproxy_admin))

    @property
    def whereabouts(self) -> Whereabouts:
        return Whereabouts(self.toxiproxy, self.stack.home.stack_file, self.targets)

    def inject(self, fault: str, sample: Sample | None = None) -> Felt:
        """Break what the fault's sample says, and see it felt."""
        sample = sample or SAMPLES[fault]
        history = History(self.timeline_file, "chaos", self.timing.clock)
        injection = Injection("test", self.whereabouts, self.home.undo_file, history, self.timing)
        (felt,) = injection.break_all(make_fault(fault, sample.parameters), [sample.target])
        return felt

    def heal(self) -> HealReport:
        """From the record alone."""
        return heal(self.home, self.timing)

    def process(self, name: str) -> StackProcess:
        """What stack.json says now."""
        return next(one for one in read_stack(self.stack.home.stack_file).processes if one.name == name)

    def windows(self) -> tuple[FaultWindow, ...]:
        return fault_windows(read_timeline(self.timeline_file))

    def steps(self) -> list[TimelineEventName]:
        """Every event, in order."""
        return [one.event for one in read_timeline(self.timeline_file)]
