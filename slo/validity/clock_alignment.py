"""Whether the clocks of a run's workers agree well enough to compare their instants."""

from collections.abc import Iterator

from evidence.run_record import RunRecord, WorkerRecord
from evidence.verdict_record import ValidityCheck
from slo.wording import milliseconds

MOST_CLOCK_ERROR_MS = 10.0
"""Above it, instants of different workers, and of workers and faults, cannot be compared."""
_NS_PER_MS = 1_000_000


def check_clock_alignment(run: RunRecord) -> Iterator[ValidityCheck]:
    """One check for a run with a master, none for another."""
    if not run.workers:
        return
    worst = max(run.workers, key=clock_error_ns)
    error_ms = clock_error_ns(worst) / _NS_PER_MS
    limit_ms = MOST_CLOCK_ERROR_MS
    told = (
        f"instants of {worst.worker} are true to within {milliseconds(error_ms)}, {limit_ms:g} ms is allowed"
    )
    held = error_ms <= limit_ms
    if not held:
        told += (
            f": its clock could not be aligned, or drifted (its host: {worst.node}); "
            "bring it nearer to its master, or let both follow the same time server"
        )
    yield ValidityCheck("clock-error-ms", error_ms, limit_ms, held=held, reason=told)


def clock_error_ns(worker: WorkerRecord) -> int:
    """How wrong an instant of its records can be: what the alignment left open, and what it drifted since."""
    left_open_ns = worker.clock_at_start.residual_ns
    end = worker.clock_at_end
    return left_open_ns if end is None else max(left_open_ns, abs(end.offset_ns) + end.residual_ns)
