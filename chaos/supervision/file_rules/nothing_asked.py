"""An experiment whose hypothesis asks nothing, or is never asked once something is broken."""

from collections.abc import Iterator

from chaos.supervision.experiment_file import ExperimentFile
from chaos.supervision.findings import not_proven
from evidence.experiment_record import Finding

RULE = "nothing-asked"
_NEVER_AFTER = {"before-method-only", "skip"}


def check_nothing_asked(experiment: ExperimentFile) -> Iterator[Finding]:
    """The hypothesis must have a probe, and a strategy that asks it during the method or after it."""
    place = "steady-state-hypothesis"
    if not experiment.probes:
        yield not_proven(
            RULE, place, "has no probe: nothing says what should have held; name a probe with a tolerance"
        )
    strategy = experiment.runtime.hypothesis.strategy
    if strategy in _NEVER_AFTER:
        reason = f"{strategy}: once something is broken nobody asks; must be default or continuously"
        yield not_proven(RULE, "runtime.hypothesis.strategy", reason)
