"""A time limit that Chaos Toolkit does not keep."""

from collections.abc import Iterator

from chaos.supervision.experiment_file import ExperimentFile, place
from chaos.supervision.findings import warning
from evidence.experiment_record import Finding

RULE = "ignored-time-limit"


def check_ignored_time_limit(experiment: ExperimentFile) -> Iterator[Finding]:
    """Python providers ignore theirs, and every provider ignores the one of the activity itself."""
    parts = {
        "steady-state-hypothesis.probes": experiment.probes,
        "method": experiment.method,
        "rollbacks": experiment.rollbacks,
    }
    for part, activities in parts.items():
        for position, activity in enumerate(activities):
            where = place(part, position, activity)
            if activity.provider.type == "python" and activity.limit_s is not None:
                reason = "Chaos Toolkit keeps no time limit of python providers: supervision interrupts it"
                yield warning(RULE, where, reason)
            elif activity.provider.limit_s is None and activity.limit_s is not None:
                reason = "Chaos Toolkit keeps no time limit beside the provider: write it as provider.timeout"
                yield warning(RULE, where, reason)
