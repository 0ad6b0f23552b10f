"""How users came through each fault, for each objective."""

from evidence.verdict_record import FaultRecovery, RecoveryState
from slo.choice import Choice
from slo.evidence_view import Evidence
from slo.objective import Indicator, Objective
from slo.recovery.course import Course, course
from slo.recovery.segments import segments
from slo.recovery.series import Courses, Selection, fill_courses
from slo.recovery.surroundings import Surroundings, surroundings

_NS_PER_S = 1_000_000_000


def fault_recoveries(
    evidence: Evidence, objectives: tuple[Objective, ...]
) -> dict[str, tuple[FaultRecovery, ...]]:
    """By the id of a fault; faults that were there at once share theirs. None for one after the load."""
    found: dict[str, tuple[FaultRecovery, ...]] = {}
    felt = [one for one in objectives if one.indicator in _FELT]
    courses = fill_courses(evidence, surroundings(evidence), [_selection(one) for one in felt])
    for around in courses.around:
        recoveries = tuple(_recovery(courses, one, around) for one in felt)
        found.update({fault.id: recoveries for fault in around.episode.faults})
    return found


_FELT = (Indicator.AVAILABILITY, Indicator.LATENCY)
"""What users feel at once."""


def _selection(objective: Objective) -> Selection:
    return Selection(Choice.of(objective), objective.threshold_ns)


def _recovery(courses: Courses, objective: Objective, around: Surroundings) -> FaultRecovery:
    start_ns, healed_ns = around.episode.start_ns, around.episode.healed_ns
    met = courses.series(_selection(objective), around)
    felt = course(
        segments(met.since),
        bucket_ns=met.bucket_ns,
        healed_ns=None if healed_ns is None else healed_ns - start_ns,
        target=objective.target,
        before_ratio=met.before_ratio,
    )
    return FaultRecovery(
        objective=objective.name,
        state=_state(felt),
        before_ratio=met.before_ratio,
        detect_s=felt.detect_s,
        peak_s=felt.peak_s,
        depth=felt.depth,
        area_s=felt.area_s,
        recover_s=felt.recover_s,
        observed_s=0.0 if healed_ns is None else max(0, around.until_ns - healed_ns) / _NS_PER_S,
        resolution_s=met.bucket_ns / _NS_PER_S,
        requests=sum(one.total for one in met.since),
    )


def _state(felt: Course) -> RecoveryState:
    if felt.detect_s is None:
        return RecoveryState.INSIDE
    return RecoveryState.NOT_BACK if felt.recover_s is None else RecoveryState.RECOVERED
