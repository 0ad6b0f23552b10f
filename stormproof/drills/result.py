"""From what a drill did and its load recorded to its record."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiohttp
import asyncpg

from evidence.drill_record import DrillOutcome, DrillRecord, LostWrite, OperationOutage
from evidence.tenants_record import Tenant
from stormproof.drills.answered import read_answered
from stormproof.drills.context import DrillContext
from stormproof.drills.found_writes import record_found, stores_of
from stormproof.drills.loss import recovery_point_s
from stormproof.drills.oracle import acknowledged_writes, find_lost
from stormproof.drills.outage import in_full_before, outages
from stormproof.run.service import service_url

ORACLE_WITHIN_S = 20.0
"""How long what was acknowledged may still be on its way after the load."""
_NS = 1_000_000_000
_LEAST_IN_FULL = 0.99
_LOAD_TELLS_NOTHING = (
    "Before the failure, too, requests were not answered in full: the machine is busy. The recovery time is "
    "that of the drill's own check alone."
)


@dataclass(slots=True)
class Ending:
    """How a drill came to its end; filled in while it goes on."""

    outcome: DrillOutcome = DrillOutcome.RECOVERED
    reason: str = ""
    load_ended_ns: int = 0
    before: int = 0
    before_in_full: int = 0

    @property
    def load_tells(self) -> bool:
        """Whether what the load met after the failure is the failure's doing."""
        return self.before_in_full >= _LEAST_IN_FULL * self.before

    def record(
        self,
        context: DrillContext,
        outages: Sequence[OperationOutage],
        lost: Sequence[LostWrite],
        acknowledged: int,
    ) -> DrillRecord:
        """What `drill.json` says."""
        drill, failed_ns = context.drill, context.failed_ns
        restored_ns = _restored_ns(context, outages if self.load_tells else ())
        outcome, reason = self.outcome, self.reason
        if outcome is DrillOutcome.RECOVERED and restored_ns is None:
            never = ", ".join(one.operation for one in outages if one.restored_ns is None)
            outcome, reason = DrillOutcome.NOT_RECOVERED, f"not answered in full to the end: {never or 'all'}"
        back = outcome is DrillOutcome.RECOVERED and failed_ns is not None and restored_ns is not None
        return DrillRecord(
            drill=drill.name,
            title=drill.title,
            profile=drill.profile,
            objective=drill.objective,
            outcome=outcome,
            reason=reason,
            failed_ns=failed_ns,
            restored_ns=restored_ns if back else None,
            rto_s=(restored_ns - failed_ns) / _NS if back and restored_ns and failed_ns else None,
            rpo_s=recovery_point_s(lost, failed_ns) if back and failed_ns else None,
            acknowledged=acknowledged,
            lost=tuple(lost),
            outages=tuple(outages),
            steps=tuple(context.steps),
            before=self.before,
            before_in_full=self.before_in_full,
            time_scale=drill.time_scale,
            notes=(*context.notes, *(() if self.load_tells else (_LOAD_TELLS_NOTHING,))),
        )


def conclude_drill(context: DrillContext, ending: Ending, tenants: Mapping[str, Tenant]) -> DrillRecord:
    """Read the load's records, look for everything acknowledged. The service still runs."""
    from_ns = context.failed_ns or ending.load_ended_ns
    requests = tuple(read_answered(context.folder))
    ending.before, ending.before_in_full = in_full_before(requests, from_ns)
    found = outages(requests, from_ns, ending.load_ended_ns)
    expected = acknowledged_writes(context.folder)
    context.board.tell(context.drill.name, f"looking for {len(expected):,} acknowledged documents")
    lost: tuple[LostWrite, ...] = ()
    if ending.outcome is DrillOutcome.RECOVERED:
        try:
            stores = stores_of(context.settings, service_url(context.home))
            asked = {store: stores[store] for store in context.stores}
            lost = find_lost(expected, tenants, asked, ORACLE_WITHIN_S, time.monotonic)
            record_found(context.folder, time.time_ns(), (*context.lost, *lost))
        except (aiohttp.ClientError, asyncpg.PostgresError, OSError) as error:
            ending.outcome = DrillOutcome.NOT_RECOVERED
            ending.reason = (
                f"what was acknowledged cannot be looked for: {str(error) or type(error).__name__}"
            )
    return ending.record(context, found, (*context.lost, *lost), len(expected))


def _restored_ns(context: DrillContext, outages: Sequence[OperationOutage]) -> int | None:
    """The later of the drill's own check and the load's; None where one of them never came."""
    instants = [context.restored_ns, *(one.restored_ns for one in outages)]
    told = [instant for instant in instants if instant is not None]
    return max(told) if told and len(told) == len(instants) else None
