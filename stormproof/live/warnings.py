"""What would make a run INVALID by the generator's own fault, as it looks now."""

from collections.abc import Iterator

from loadtests.live.state import LiveState
from slo.validity.crowded_out import is_crowded_out
from slo.validity.limits import MOST_BUSY_SHARE, MOST_DISPATCH_LAG_MS, MOST_UNDELIVERED, SEND_LESS

_P99 = 2


def _cure(state: LiveState) -> str:
    for one in state.generators:
        waited = one.cpu_wait_ratio or 0.0
        if is_crowded_out((one.cpu_ratio or 0.0) + waited, waited):
            return (
                f"other processes hold the core of {one.worker}, which waits for it {waited:.0%} of the time"
            )
    return SEND_LESS


def warnings_of(state: LiveState) -> Iterator[str]:
    """One sentence each; the verdict looks at the whole run, these at the last ten seconds."""
    lag_ms = state.dispatch_lag.quantiles_ms[_P99]
    if lag_ms is not None and lag_ms > MOST_DISPATCH_LAG_MS:
        yield (
            f"Dispatch lag p99 is {lag_ms:.1f} ms, {MOST_DISPATCH_LAG_MS:g} ms is the most over the run: "
            f"{_cure(state)}."
        )
    for one in state.generators:
        busy = (one.cpu_ratio or 0.0) + (one.cpu_wait_ratio or 0.0)
        if busy > MOST_BUSY_SHARE:
            yield f"{one.worker} uses or waits for {busy:.0%} of a core, {MOST_BUSY_SHARE:.0%} is the most."
    outcomes = state.whole_run.outcomes
    total, undelivered = sum(outcomes.values()), outcomes.get("undelivered", 0)
    if total and undelivered / total > MOST_UNDELIVERED:
        yield f"{undelivered:,} of {total:,} arrivals were never sent, {MOST_UNDELIVERED:.1%} is the most."
