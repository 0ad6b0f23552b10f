"""A fault must have been felt, and must have gone."""

from collections.abc import Iterator

from evidence.timeline import FaultWindow
from evidence.verdict_record import ValidityCheck


def check_fault(fault: FaultWindow) -> Iterator[ValidityCheck]:
    """Both, of one occurrence."""
    told = "; ".join(fault.failures)
    where = f"{fault.name} ({fault.id})"
    if fault.felt:
        yield ValidityCheck(f"fault-felt: {fault.id}", 1.0, 1.0, held=True, reason=f"a probe felt {where}")
    else:
        reason = f"no probe felt {where}: nothing was proven under it; see the experiment's log"
        yield ValidityCheck(f"fault-felt: {fault.id}", 0.0, 1.0, held=False, reason=_because(reason, told))
    name = f"fault-healed: {fault.id}"
    if not fault.healed:
        reason = f"{where} was not seen to heal: it may still be there; run stormproof heal"
        yield ValidityCheck(name, 0.0, 1.0, held=False, reason=_because(reason, told))
    elif told and fault.felt:
        reason = f"a step of {where} failed"
        yield ValidityCheck(name, 0.0, 1.0, held=False, reason=_because(reason, told))
    else:
        yield ValidityCheck(name, 1.0, 1.0, held=True, reason=f"a probe saw that {where} was gone")


def _because(reason: str, told: str) -> str:
    return f"{reason} ({told})" if told else reason
