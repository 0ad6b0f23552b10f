"""What each fault did to users."""

from evidence.timeline import FaultWindow
from evidence.verdict_record import FaultEffect, FaultRecovery
from slo.evidence_view import Evidence
from slo.objective import Objective
from slo.recovery.faults import fault_recoveries
from slo.series import Stretch
from slo.stretches import outcomes_in
from slo.windows import Span

_END_NS = 2**63 - 1
_NOTHING = Stretch(0, {}, {}, None, None, None)


def fault_effects(evidence: Evidence, objectives: tuple[Objective, ...] = ()) -> tuple[FaultEffect, ...]:
    """One effect for each occurrence of a fault, in the order of their first events; with how the users of
    each objective came through it.

    A fault is counted from verified to healing: outside, nobody knows whether it was there. One never
    felt has no requests; one that never began to heal lasts to the end of the run.
    """
    recoveries = fault_recoveries(evidence, objectives)
    counted = {fault: span for fault in evidence.faults if (span := _counted(fault)) is not None}
    met = dict(zip(counted, outcomes_in(evidence, tuple(counted.values())), strict=True))
    return tuple(
        _effect(fault, met.get(fault, _NOTHING), recoveries.get(fault.id, ())) for fault in evidence.faults
    )


def _counted(fault: FaultWindow) -> Span | None:
    if fault.verified_ns is None:
        return None
    return Span(fault.verified_ns, _END_NS if fault.healing_ns is None else fault.healing_ns)


def _effect(fault: FaultWindow, stretch: Stretch, recovery: tuple[FaultRecovery, ...]) -> FaultEffect:
    return FaultEffect(
        fault=fault.name,
        id=fault.id,
        experiment=fault.experiment,
        target=fault.target,
        felt=fault.felt,
        healed=fault.healed,
        verified_ns=fault.verified_ns,
        healing_ns=fault.healing_ns,
        requests=stretch.requests,
        outcomes=stretch.outcomes,
        served_from=stretch.served_from,
        latency_p50_ms=stretch.latency_p50_ms,
        latency_p95_ms=stretch.latency_p95_ms,
        latency_p99_ms=stretch.latency_p99_ms,
        recovery=recovery,
    )
