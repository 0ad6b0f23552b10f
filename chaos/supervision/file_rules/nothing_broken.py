"""An experiment that breaks nothing proves nothing."""

from collections.abc import Iterator

from chaos.supervision.experiment_file import Activity, ExperimentFile
from chaos.supervision.findings import invalid
from chaos.supervision.idle_command import does_nothing
from evidence.experiment_record import Finding

RULE = "nothing-broken"
_IDLE_FUNCTIONS = {("chaos.actions", "hold"), ("chaos.actions", "heal"), ("time", "sleep")}


def check_nothing_broken(experiment: ExperimentFile) -> Iterator[Finding]:
    """The method must have an action that does something: Chaos Toolkit completes an empty one, one of probes
    alone, and one that waits."""
    actions = [one for one in map(experiment.resolve, experiment.method) if one.type == "action"]
    mend = "nothing is broken, so nothing is proven; name an action"
    if not experiment.method:
        yield invalid(RULE, "method", f"is empty: {mend}")
    elif not actions:
        yield invalid(RULE, "method", f"has probes only: {mend}")
    elif all(_is_idle(one) for one in actions):
        names = ", ".join(one.name for one in actions)
        yield invalid(RULE, "method", f"has no action that does anything ({names}): {mend}")


def _is_idle(action: Activity) -> bool:
    provider = action.provider
    return does_nothing(provider) or (provider.module, provider.func) in _IDLE_FUNCTIONS
