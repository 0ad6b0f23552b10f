"""What each fault did to users."""

from evidence.timeline import FaultWindow
from evidence.verdict_record import FaultEffect, FaultRecovery
from slo.evidence_view import Evidence
from slo.objective import Objective
from slo.recovery.faults import fault_recoveries
from slo.series import Stretch, outcomes_between

_END_NS = 2**63 - 1


def fault_effects(evidence: Evidence, objectives: tuple[Objective, ...] = ()) -> tuple[FaultEffect, ...]:
    """One effect for each occurrence of a fault, in the order of their first events; with how the users of
    each objective came through it.

    A fault is counted from verified to healing: outside, nobody knows whether it was there. One never
    felt has no requests; one that never began to heal lasts to the end of the run.
    """
    recoveries = fault_recoveries(evidence, objectives)
    return tuple(_effect(evidence, fault, recoveries.get(fault.id, ())) for fault in evidence.faults)


def _effect(evidence: Evidence, fault: FaultWindow, recovery: tuple[FaultRecovery, ...]) -> FaultEffect:
    stretch = _stretch(evidence, fault)
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


def _stretch(evidence: Evidence, fault: FaultWindow) -> Stretch:
    if fault.verified_ns is None:
        return Stretch(0, {}, {}, None, None, None)
    healing_ns = _END_NS if fault.healing_ns is None else fault.healing_ns
    return outcomes_between(evidence, fault.verified_ns, healing_ns)
