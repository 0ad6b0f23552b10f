"""Rollbacks that are missing, or that the file would not always have played."""

from collections.abc import Iterator

from chaos.supervision.experiment_file import ExperimentFile
from chaos.supervision.findings import warning
from evidence.experiment_record import Finding

RULE = "no-rollbacks"


def check_no_rollbacks(experiment: ExperimentFile) -> Iterator[Finding]:
    """Supervision always plays them; plain Chaos Toolkit does what the file says, if it says it."""
    if not experiment.rollbacks and experiment.method:
        yield warning(RULE, "rollbacks", "there are none: who is to undo what the method breaks?")
    strategy = experiment.runtime.rollbacks.strategy or "default"
    if experiment.rollbacks and strategy != "always":
        reason = f"{strategy}: plain chaos run does not always play them; under supervision they always are"
        yield warning(RULE, "runtime.rollbacks.strategy", reason)
