"""What runs beside requests does not end because something failed once."""

import asyncio
import logging

import pytest

from reference_service.background import PAUSE_S, keep_running


async def test_what_failed_begins_again_until_it_ends_by_itself(caplog: pytest.LogCaptureFixture) -> None:
    failures: list[Exception] = [OSError("disk"), ValueError("a tier that this release does not know")]
    pauses: list[float] = []

    async def work() -> None:
        if failures:
            raise failures.pop(0)

    async def sleep(pause_s: float) -> None:
        pauses.append(pause_s)

    with caplog.at_level(logging.ERROR):
        await keep_running("marks", work, sleep)
    assert pauses == [PAUSE_S] * 2
    assert [record.getMessage() for record in caplog.records] == ["marks failed, and begins again"] * 2
    assert "a tier that this release does not know" in caplog.text


async def test_it_ends_when_it_is_cancelled() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(keep_running("for ever", work))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
