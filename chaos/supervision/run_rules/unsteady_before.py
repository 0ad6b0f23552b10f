"""A steady state that was not met before anything was broken: the method was never played."""

from collections.abc import Iterator

from chaos.supervision.experiment_file import place
from chaos.supervision.findings import invalid
from chaos.supervision.run_rules.told_probe import told_probe
from chaos.supervision.supervised_run import SupervisedRun
from evidence.experiment_record import Finding

RULE = "unsteady-before"


def check_unsteady_before(run: SupervisedRun) -> Iterator[Finding]:
    """Chaos Toolkit calls that completed, and exits with 0, where the probe itself did not fail."""
    before = run.journal.steady_states.before if run.journal is not None else None
    if before is None or before.met:
        return
    where = "steady-state-hypothesis"
    if before.unmet is not None:
        where = place(f"{where}.probes", len(before.probes) - 1, before.unmet.activity)
    told = told_probe(before)
    yield invalid(RULE, where, f"the steady state was not met before the method: {told}; nothing was broken")
