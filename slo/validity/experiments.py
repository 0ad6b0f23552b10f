"""Every experiment of the plan must have left its faults in the timeline."""

from collections import Counter
from collections.abc import Iterator

from evidence.timeline import FaultWindow
from evidence.verdict_record import ValidityCheck
from slo.evidence_view import experiment_name


def check_experiments(faults: tuple[FaultWindow, ...], expected: tuple[str, ...]) -> Iterator[ValidityCheck]:
    """As often as it is named."""
    for experiment, times in Counter(map(experiment_name, expected)).items():
        occurrences = Counter(
            (fault.name, fault.target)
            for fault in faults
            if fault.experiment is not None and experiment_name(fault.experiment) == experiment
        )
        seen = max(occurrences.values(), default=0)
        name = f"experiment-ran: {experiment}"
        if seen >= times:
            reason = f"{experiment} left its faults in the timeline"
            yield ValidityCheck(name, float(seen), float(times), held=True, reason=reason)
        else:
            reason = (
                f"the plan runs {experiment} {'once' if times == 1 else f'{times} times'}, the timeline has "
                f"{'no fault' if not seen else f'{seen}'} of it: nothing was broken; see the experiment's log"
            )
            yield ValidityCheck(name, float(seen), float(times), held=False, reason=reason)
