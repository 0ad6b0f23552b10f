"""What a guarded call raises, and what its breaker learns from it."""

import asyncio
import time

import pytest

from reference_service.resilience import (
    Breaker,
    BreakerPolicy,
    BreakerState,
    CallRefusedError,
    CallTimedOutError,
    Cutoff,
    Deadline,
    DeadlineExceededError,
    DependencyUnavailableError,
    Guard,
    GuardRules,
)

RULES = GuardRules(lambda error: isinstance(error, OSError), lambda error: isinstance(error, ConnectionError))


def make_guard(failures: int = 1, slow_call_s: float = 5.0) -> Guard:
    breaker = Breaker(BreakerPolicy(failure_threshold=failures, slow_call_s=slow_call_s), time.monotonic)
    return Guard("thing", breaker, RULES, time.monotonic)


def deadline(seconds: float = 5.0) -> Deadline:
    return Deadline.after(seconds, time.monotonic)


async def never() -> None:
    await asyncio.Event().wait()


async def test_an_answer_passes() -> None:
    async def answer() -> int:
        return 42

    assert await make_guard().call(answer, deadline(), 1.0) == 42


async def test_a_fault_becomes_ours_and_counts() -> None:
    async def refuse() -> None:
        raise ConnectionRefusedError("no")

    guard = make_guard()
    with pytest.raises(DependencyUnavailableError, match="ConnectionRefusedError"):
        await guard.call(refuse, deadline(), 1.0)
    assert guard.breaker.state is BreakerState.OPEN


async def test_an_answer_that_is_an_error_passes_and_does_not_count() -> None:
    async def not_found() -> None:
        raise KeyError("no such thing")

    guard = make_guard()
    with pytest.raises(KeyError):
        await guard.call(not_found, deadline(), 1.0)
    assert guard.breaker.state is BreakerState.CLOSED


async def test_no_answer_in_time_counts() -> None:
    guard = make_guard()
    started_s = time.monotonic()
    with pytest.raises(CallTimedOutError):
        await guard.call(never, deadline(), 0.1)
    assert 0.09 < time.monotonic() - started_s < 1
    assert guard.breaker.state is BreakerState.OPEN


async def test_the_deadline_cuts_before_the_limit() -> None:
    started_s = time.monotonic()
    with pytest.raises(CallTimedOutError):
        await make_guard().call(never, deadline(0.1), 5.0)
    assert time.monotonic() - started_s < 1


async def test_a_call_that_had_hardly_any_time_tells_nothing() -> None:
    guard = make_guard()
    with pytest.raises(CallTimedOutError):
        await guard.call(never, deadline(0.01), 5.0)
    assert guard.breaker.state is BreakerState.CLOSED


async def test_nothing_is_called_after_the_deadline() -> None:
    called = False

    async def answer() -> None:
        nonlocal called
        called = True

    with pytest.raises(DeadlineExceededError):
        await make_guard().call(answer, Deadline(time.monotonic() - 1, time.monotonic), 1.0)
    assert not called


async def test_an_open_breaker_refuses_at_once() -> None:
    async def refuse() -> None:
        raise OSError

    guard = make_guard()
    with pytest.raises(DependencyUnavailableError):
        await guard.call(refuse, deadline(), 1.0)
    with pytest.raises(CallRefusedError):
        await guard.call(never, deadline(), 1.0)


async def test_cancellation_is_not_a_failure() -> None:
    guard = make_guard()
    task = asyncio.create_task(guard.call(never, deadline(), 5.0))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert guard.breaker.state is BreakerState.CLOSED


async def test_an_answer_that_is_there_when_the_loop_was_held_up_is_taken() -> None:
    """The timer is due before the socket is read: a plain timeout would blame the dependency."""
    reader, writer = await asyncio.open_connection(*await echo_server())
    writer.write(b"x")
    await writer.drain()

    async def hold_up_then_read() -> bytes:
        time.sleep(0.2)  # noqa: ASYNC251 - holding up the loop is the point
        return await reader.readexactly(1)

    with Cutoff(0.1):
        assert await hold_up_then_read() == b"x"
    writer.close()


async def echo_server() -> tuple[str, int]:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.read(1))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    return host, port


async def test_a_cutoff_inside_a_cancelled_task_does_not_hide_the_cancellation() -> None:
    async def work() -> None:
        with Cutoff(5.0):
            await never()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
