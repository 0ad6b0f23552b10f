"""A process probe that cannot fail: what it says stands in the file, or its exit code says nothing."""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from chaos.supervision.experiment_file import ExperimentFile, place
from chaos.supervision.findings import invalid
from chaos.supervision.idle_command import always_exits_with_0, does_nothing
from evidence.experiment_record import Finding

RULE = "idle-probe"


def check_idle_probe(experiment: ExperimentFile) -> Iterator[Finding]:
    """The command must ask something of the system, and, where its exit code counts, end with another one."""
    for position, probe in enumerate(experiment.probes):
        provider = experiment.resolve(probe).provider
        where = place("steady-state-hypothesis.probes", position, probe)
        if _is_of_exit_code(probe.tolerance) and always_exits_with_0(provider):
            yield invalid(RULE, where, "its command always exits with 0: it asks nothing of the system")
        elif does_nothing(provider):
            yield invalid(
                RULE, where, "its command says what stands in the file, and asks nothing of the system"
            )


def _is_of_exit_code(tolerance: JsonValue) -> bool:
    if isinstance(tolerance, Mapping):
        return tolerance.get("type") == "range" and tolerance.get("target") == "status"
    return isinstance(tolerance, int | list)
