"""The state of a load on a terminal."""

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from loadtests.live.state import GeneratorState, LiveState, OperationState
from loadtests.live.wording import clock, milliseconds, outcomes, percent, rate
from loadtests.live.worker_board import WINDOW_S

_BUSY = 0.8
"""Of a core: a generator that uses more is near to being the bottleneck."""
_LATE_MS = 10.0
"""Dispatch lag p99 above this makes a run INVALID."""


def render_live(state: LiveState, duration_s: float | None = None) -> RenderableType:
    """Rates, the generator itself, and a row an operation."""
    return Group(_head(state, duration_s), _generator(state), _operations(state))


def _head(state: LiveState, duration_s: float | None) -> Text:
    of = "" if duration_s is None else f" of {clock(duration_s)}"
    behind = (
        state.offered_per_s is not None
        and state.achieved_per_s is not None
        and state.achieved_per_s < 0.95 * state.offered_per_s
    )
    return Text.assemble(
        (f"load {clock(state.elapsed_s)}{of}", "bold"),
        f"   offered {rate(state.offered_per_s)}/s   ",
        (f"achieved {rate(state.achieved_per_s)}/s", "yellow" if behind else ""),
        f"   in flight {state.in_flight:,}",
    )


def _generator(state: LiveState) -> Text:
    lag, p99_ms = state.dispatch_lag, state.dispatch_lag.quantiles_ms[2]
    return Text.assemble(
        "dispatch lag p99 ",
        (f"{milliseconds(p99_ms)} ms", "red" if p99_ms is not None and p99_ms > _LATE_MS else ""),
        f" max {milliseconds(lag.max_ms)} ms   generator CPU ",
        *_joined([_cpu(one) for one in state.generators]),
    )


def _cpu(one: GeneratorState) -> Text:
    is_busy = one.cpu_ratio is not None and one.cpu_ratio > _BUSY
    told = Text(percent(one.cpu_ratio), "red" if is_busy else "")
    waited = one.cpu_wait_ratio
    if waited is not None and waited >= 0.05:
        told.append(f" (+{percent(waited)} waiting for a core)", "yellow")
    return told


def _joined(parts: list[Text]) -> list[Text]:
    return [part if not index else Text(", ") + part for index, part in enumerate(parts)]


def _operations(state: LiveState) -> Table:
    # Narrow: of eighty columns the outcomes get what is left.
    table = Table(box=box.SIMPLE_HEAD, header_style="dim", pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(f"last {WINDOW_S:.0f} s", no_wrap=True)
    for name in ("/s", "p50 ms", "p95", "p99", "p99.9", "max"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("outcomes", overflow="fold")
    for one in state.operations:
        table.add_row(*_row(one))
    if len(state.operations) != 1:
        table.add_row(*_row(state.all_operations), style="bold")
    table.add_section()
    table.add_row(*_row(state.whole_run), style="dim")
    return table


def _row(one: OperationState) -> tuple[str, ...]:
    return (
        one.name,
        rate(one.answered_per_s),
        *(milliseconds(value_ms) for value_ms in one.latency.quantiles_ms),
        milliseconds(one.latency.max_ms),
        outcomes(one.outcomes),
    )
