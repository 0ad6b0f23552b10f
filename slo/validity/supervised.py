"""Every experiment of the run must be sound: one whose action or rollback failed proves nothing."""

from collections.abc import Iterator

from evidence.experiment_record import ExperimentRecord
from evidence.verdict_record import ValidityCheck, Verdict


def check_supervised(experiments: tuple[ExperimentRecord, ...]) -> Iterator[ValidityCheck]:
    """What supervision found. A hypothesis that did not hold is told, and is no reason against the evidence:
    the objectives say what was promised.
    """
    for record in experiments:
        name = f"experiment-sound: {record.phase or record.experiment}"
        against = [one for one in record.findings if one.verdict is Verdict.INVALID]
        if against:
            told = "; ".join(str(one) for one in against)
            reason = f"{record.experiment} is no evidence: {told} (see {record.journal})"
            yield ValidityCheck(name, float(len(against)), 0.0, held=False, reason=reason)
        else:
            notable = [str(one) for one in record.findings if one.verdict is not None]
            reason = "; ".join((f"{record.experiment} did what it was to do", *notable))
            yield ValidityCheck(name, 0.0, 0.0, held=True, reason=reason)
