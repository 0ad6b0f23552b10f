"""A hypothesis that did not hold during the method, or after it."""

from collections.abc import Iterator

from chaos.supervision.findings import invalid, missed
from chaos.supervision.run_rules.told_probe import told_probe
from chaos.supervision.supervised_run import SupervisedRun
from evidence.experiment_record import Finding

DURING, AFTER = "deviated-during", "deviated-after"
_PLACE = "steady-state-hypothesis"


def check_deviated(run: SupervisedRun) -> Iterator[Finding]:
    """Once in the middle is enough: Chaos Toolkit looks at the answer after the method alone."""
    if run.journal is None or run.journal.dry is not None:
        return
    states = run.journal.steady_states
    asked = [one for one in states.during if one is not None]
    unmet = [one for one in asked if not one.met]
    if unmet:
        reason = f"did not hold during the method, {len(unmet)} of {len(asked)} times: {told_probe(unmet[0])}"
        yield missed(DURING, _PLACE, reason)
    if states.after is not None and not states.after.met:
        yield missed(AFTER, _PLACE, f"does not hold after the method: {told_probe(states.after)}")


def check_never_asked(run: SupervisedRun) -> Iterator[Finding]:
    """A hypothesis with probes must have been asked once something was broken."""
    if run.journal is None or not run.experiment.probes:
        return
    states = run.journal.steady_states
    began = states.before is None or states.before.met
    if began and states.after is None and not states.during:
        reason = "was not asked during the method, nor after it: nobody knows whether it held"
        yield invalid("never-asked", _PLACE, reason)
