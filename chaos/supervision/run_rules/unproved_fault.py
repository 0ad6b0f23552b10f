"""Faults of ours: each must have been felt, must have gone, and must have been there at all."""

from collections.abc import Iterator

from chaos.supervision.findings import invalid
from chaos.supervision.supervised_run import SupervisedRun
from evidence.experiment_record import Finding

UNFELT, UNHEALED, UNMADE, LEFT = "unfelt-fault", "unhealed-fault", "no-fault", "left-broken"
OTHERS = "healed-by-others"


def check_unproved_fault(run: SupervisedRun) -> Iterator[Finding]:
    """By the timeline, and by what had to be healed afterwards."""
    for fault in run.faults:
        why = f": {'; '.join(fault.failures)}" if fault.failures else ""
        told = fault.name if fault.target is None else f"{fault.name} of {fault.target}"
        if not fault.felt:
            yield invalid(UNFELT, "", f"no probe felt {told}{why}")
        elif not fault.healed or fault.failures:
            yield invalid(UNHEALED, "", f"{told} was not seen to heal{why}")
    if run.experiment.names_our_faults and not run.faults:
        yield invalid(UNMADE, "method", "no fault is in the timeline: nothing was broken")
    for one in run.healed_by_others:
        reason = f"{one}, and not by the experiment: it was cut short, or was left behind"
        yield invalid(OTHERS, "", reason)
    for left in run.left_broken:
        yield invalid(LEFT, "rollbacks", f"what was broken was left behind: {left}")
