"""One fault from its injection to its verified healing, in this process and on the machine's own clock."""

from collections.abc import Callable, Sequence
from pathlib import Path

from chaos.faults.kind import AnyFault
from chaos.healing import Healer, HealState
from chaos.history import History
from chaos.injection import Injection
from chaos.probes.door import Door
from chaos.targets.whereabouts import Whereabouts
from chaos.timing import Timing
from evidence.timeline import FaultWindow, fault_windows, read_timeline
from evidence.undo_record import left_broken


def live_through(
    folder: Path,
    whereabouts: Whereabouts,
    fault: AnyFault,
    targets: Sequence[str],
    during: Callable[[], None] = lambda: None,
    services: tuple[Door, ...] = (),
) -> tuple[FaultWindow, ...]:
    """Break all targets, do `during`, heal all; what the timeline tells. Whatever happens, all is healed."""
    timing, undo_file, timeline_file = Timing.real(), folder / "undo.jsonl", folder / "timeline.jsonl"
    history = History(timeline_file, "chaos", timing.clock)
    try:
        injection = Injection("one-fault", whereabouts, undo_file, history, timing, services)
        injection.break_all(fault, targets)
        during()
    finally:
        healer = Healer(undo_file, "chaos", timing)
        healings = [healer.heal(record) for record in left_broken(undo_file)]
    assert all(one.state is HealState.HEALED for one in healings), healings
    return fault_windows(read_timeline(timeline_file))
