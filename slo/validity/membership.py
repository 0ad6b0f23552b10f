"""Whether the workers of a load were the same from its start to its end."""

from collections.abc import Iterator

from evidence.run_record import RunRecord
from evidence.verdict_record import ValidityCheck


def check_membership(run: RunRecord) -> Iterator[ValidityCheck]:
    """Two checks for a run with a master, none for another."""
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
    late = run.joined_late
    reason = "no worker joined after the start"
    if late:
        reason = (
            f"{', '.join(late)} joined after the start, when all shares were given. Start when all "
            "workers are there: --expect-workers says how many"
        )
    yield ValidityCheck("workers-joined", float(len(late)), 0.0, held=not late, reason=reason)
