"""An experiment that breaks nothing proves nothing."""

from collections.abc import Iterator

from chaos.supervision.experiment_file import ExperimentFile
from chaos.supervision.findings import invalid
from evidence.experiment_record import Finding

RULE = "nothing-broken"


def check_nothing_broken(experiment: ExperimentFile) -> Iterator[Finding]:
    """The method must have an action: Chaos Toolkit completes an empty one, and one of probes alone."""
    if not experiment.method:
        yield invalid(RULE, "method", "is empty: nothing is broken, so nothing is proven; name an action")
    elif not any(experiment.resolve(one).type == "action" for one in experiment.method):
        yield invalid(
            RULE, "method", "has probes only: nothing is broken, so nothing is proven; name an action"
        )
