"""The state of a load in one line, for where there is no terminal."""

from loadtests.live.state import QUANTILES, LiveState
from loadtests.live.wording import clock, milliseconds, outcomes, percent, rate


def live_line(state: LiveState, duration_s: float | None = None) -> str:
    """All operations of the last ten seconds."""
    latency = state.all_operations.latency
    of = "" if duration_s is None else f" of {clock(duration_s)}"
    told = [
        f"load {clock(state.elapsed_s)}{of}: offered {rate(state.offered_per_s)}/s",
        f"achieved {rate(state.achieved_per_s)}/s",
        " ".join(
            f"p{100 * quantile:g} {milliseconds(value_ms)}"
            for quantile, value_ms in zip(QUANTILES, latency.quantiles_ms, strict=True)
        )
        + f" max {milliseconds(latency.max_ms)} ms",
        outcomes(state.all_operations.outcomes),
        f"in flight {state.in_flight:,}",
        f"dispatch lag p99 {milliseconds(state.dispatch_lag.quantiles_ms[2])} ms",
        f"generator CPU {' '.join(percent(one.cpu_ratio) for one in state.generators)}",
    ]
    return ", ".join(told)
