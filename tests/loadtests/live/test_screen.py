"""The picture and the line that people see."""

import io

from rich.console import Console

from loadtests.live.board import LiveBoard
from loadtests.live.line import live_line
from loadtests.live.screen import render_live
from loadtests.live.state import LiveState
from tests.loadtests.live.made_records import counted, sampled


def made_state(*, lag_ms: float = 0.5, cpu: float = 0.31, wait: float = 0.0) -> LiveState:
    board = LiveBoard()
    for second in range(10):
        for sample in sampled(second, 120 * (second + 1), cpu=cpu, wait=wait, in_flight=1234):
            board.measured(sample)
        board.add(counted(second, [lag_ms] * 110, operation=None))
        board.add(counted(second, [2.5] * 99 + [150.0], operation="search"))
        board.add(counted(second, [12.345] * 10, operation="get[1]", outcomes={"ok": 8, "failed": 2}))
    state = board.state()
    assert state is not None
    return state


def drawn(state: LiveState, width: int = 140) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width).print(render_live(state, 3725))
    return stream.getvalue()


def test_the_picture_has_rates_the_generator_and_a_row_an_operation() -> None:
    lines = drawn(made_state()).splitlines()
    rows = [" ".join(line.split()) for line in lines]
    assert rows[0] == "load 00:10 of 1:02:05 offered 120.0/s achieved 110.0/s in flight 1,234"
    assert rows[1] == "dispatch lag p99 0.50 ms max 0.50 ms generator CPU 31%"
    assert "get[1] 10.0 12.3 12.3 12.3 – 12.3 ok 80, failed 20" in rows
    assert "search 100.0 2.50 2.50 2.50 150 150 ok 1,000" in rows
    assert "all 110.0 2.50 12.3 12.3 150 150 ok 1,080, failed 20" in rows
    assert "whole run – 2.50 12.3 12.3 150 150 ok 1,080, failed 20" in rows


def test_a_generator_that_waits_for_its_core_is_shown_so() -> None:
    assert "31% (+25% waiting for a core)" in drawn(made_state(wait=0.25))
    assert "waiting" not in drawn(made_state(wait=0.04))


def test_what_would_make_the_run_invalid_is_red() -> None:
    def red(state: LiveState) -> int:
        stream = io.StringIO()
        Console(file=stream, width=140, force_terminal=True, color_system="standard").print(
            render_live(state)
        )
        return stream.getvalue().count("\x1b[31m")

    assert red(made_state()) == 0
    assert red(made_state(lag_ms=11)) == 1
    assert red(made_state(lag_ms=11, cpu=0.95)) == 2


def test_it_fits_a_narrow_terminal() -> None:
    assert all(len(line) <= 80 for line in drawn(made_state(), width=80).splitlines())


def test_outcomes_keep_to_one_line_of_a_narrow_terminal() -> None:
    wide, narrow = (drawn(made_state(), width).splitlines() for width in (140, 80))
    assert len(narrow) == len(wide)
    assert any(line.rstrip().endswith("ok 1,080, failed 20") for line in narrow)


def test_the_line_says_the_same_in_one() -> None:
    assert live_line(made_state(), 20) == (
        "load 00:10 of 00:20: offered 120.0/s, achieved 110.0/s, p50 2.50 p95 12.3 p99 12.3 p99.9 150 "
        "max 150 ms, ok 1,080, failed 20, in flight 1,234, dispatch lag p99 0.50 ms, generator CPU 31%"
    )
