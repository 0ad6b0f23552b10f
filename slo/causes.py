"""Who burned a budget, in words."""

from collections.abc import Iterator, Sequence

from evidence.verdict_record import CauseKind, FaultEffect, LedgerEntry, RecoveryState
from slo.evidence_view import cause_name

_MOST_CAUSES = 3
"""Told in a reason; the ledger has all."""


def told_causes(objective: str, ledger: Sequence[LedgerEntry], faults: Sequence[FaultEffect]) -> str:
    """Who made requests of this objective bad, the worst first. Silent where nothing was broken.

    What was bad while nothing was broken is told with the faults that its users had not recovered from then.
    """
    entries = [entry for entry in ledger if entry.objective == objective]
    if all(entry.kind is CauseKind.BACKGROUND for entry in entries):
        return ""
    aftermath = told_aftermath(objective, faults)
    told = [
        f"{entry.bad:,} while nothing was broken" + (f" ({aftermath})" if aftermath else "")
        if entry.kind is CauseKind.BACKGROUND
        else f"{entry.bad:,} during {entry.cause}"
        for entry in entries[:_MOST_CAUSES]
    ]
    rest = sum(entry.bad for entry in entries[_MOST_CAUSES:])
    return f"of the bad {', '.join(told)}" + (f", {rest:,} elsewhere" if rest else "")


def told_aftermath(objective: str, faults: Sequence[FaultEffect]) -> str:
    """How long after faults its users were back, where that was not at once; empty else."""
    told = dict.fromkeys(_aftermaths(objective, faults))
    return f"users were {', '.join(told)}" if told else ""


def _aftermaths(objective: str, faults: Sequence[FaultEffect]) -> Iterator[str]:
    for fault in faults:
        cause = cause_name(fault.fault, fault.target, fault.experiment)
        for one in fault.recovery:
            if one.objective != objective:
                continue
            if one.state is RecoveryState.NOT_BACK:
                yield f"not back after {cause}"
            elif one.recover_s:
                yield f"back {one.recover_s:.1f} s after {cause}"
