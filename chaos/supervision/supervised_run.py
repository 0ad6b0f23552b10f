"""Everything that is known of a run of an experiment once it is over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pydantic import JsonValue

from chaos.supervision.asked_tolerances import AskedTolerances
from chaos.supervision.experiment_file import ExperimentFile
from chaos.supervision.journal import Journal
from evidence.timeline import FaultWindow


@dataclass(frozen=True, slots=True)
class SupervisedRun:
    """What rules judge by."""

    experiment: ExperimentFile
    exit_code: int | None
    """Of Chaos Toolkit; negative for a signal, None where nobody saw it end."""
    journal: Journal | None
    """None where it left none."""
    log: tuple[str, ...] = ()
    """Lines of Chaos Toolkit's own log, which holds what it tells nobody."""
    faults: tuple[FaultWindow, ...] = ()
    """Those that this run put into the timeline."""
    interrupted: str | None = None
    """Why who supervised ended it early; None where it ended by itself."""
    left_broken: tuple[str, ...] = ()
    """What was still broken after its rollbacks, and who healed it."""
    healed_by_others: tuple[str, ...] = ()
    """Faults of this run that another process than the experiment began to heal, and which."""
    played_afterwards: str | None = None
    """What came of rollbacks that were played after it had ended without them, in words."""
    configuration: Mapping[str, JsonValue] = field(default_factory=lambda: MappingProxyType({}))
    """As its activities got it, without what only a probe could tell."""
    asked: AskedTolerances = field(default_factory=AskedTolerances)
    """What tolerances that are functions say."""
