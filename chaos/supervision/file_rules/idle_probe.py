"""A process probe that cannot fail: its exit code says nothing of the system."""

import re
from collections.abc import Iterator
from pathlib import PurePath

from chaos.supervision.experiment_file import Activity, ExperimentFile, place
from chaos.supervision.findings import invalid
from evidence.experiment_record import Finding

RULE = "idle-probe"
_IDLE = {"true", "echo", "printf", ":"}
_ALWAYS_0 = re.compile(r"(\|\|\s*(true|:)|;\s*(true|:|exit\s+0))\s*$")


def check_idle_probe(experiment: ExperimentFile) -> Iterator[Finding]:
    """Where a tolerance is an exit code, the command must be able to end with another one."""
    for position, probe in enumerate(experiment.probes):
        found = experiment.resolve(probe)
        if found.provider.type == "process" and isinstance(probe.tolerance, int) and _is_idle(found):
            where = place("steady-state-hypothesis.probes", position, probe)
            yield invalid(RULE, where, "its command always exits with 0: it asks nothing of the system")


def _is_idle(probe: Activity) -> bool:
    arguments = probe.provider.arguments
    last = arguments[-1] if isinstance(arguments, list) and arguments else arguments
    if isinstance(last, str) and _ALWAYS_0.search(last):
        return True
    return PurePath(probe.provider.path or "").name in _IDLE and not isinstance(arguments, str)
