"""Whether every worker that was given a share of the load stayed to its end."""

from collections.abc import Iterator

from evidence.run_record import RunRecord
from evidence.verdict_record import ValidityCheck


def check_membership(run: RunRecord) -> Iterator[ValidityCheck]:
    """One check for a run with a master, none for another."""
    if not run.workers:
        return
    lost = [one for one in run.workers if one.lost is not None]
    reason = f"all {len(run.workers)} workers stayed to the end"
    if lost:
        told = "; ".join(f"{one.worker} ({one.node}): {one.lost}" for one in lost)
        reason = (
            f"a worker was lost, and its share of the load with it: {told}. See its log and the machine's "
            "(memory, network), then run it again"
        )
    yield ValidityCheck("workers-stayed", float(len(lost)), 0.0, held=not lost, reason=reason)
