"""One loader for many, and nobody's leaving or failing disturbs the others longer than it must."""

import asyncio

import pytest

from reference_service.caching.single_flight import SingleFlight
from reference_service.resilience import CallTimedOutError, DeadlineExceededError


class Loader:
    """Counts, and answers when it is told to."""

    def __init__(self) -> None:
        self.calls = 0
        self.go = asyncio.Event()
        self.failure: Exception | None = None

    async def load(self) -> int:
        self.calls += 1
        await self.go.wait()
        if self.failure is not None:
            raise self.failure
        return self.calls


async def test_many_who_miss_at_once_load_once_and_later_ones_load_again() -> None:
    flights: SingleFlight[int] = SingleFlight("x")
    loader = Loader()
    waiting = [asyncio.create_task(flights.run("k", loader.load, 5)) for _ in range(100)]
    other = asyncio.create_task(flights.run("other", loader.load, 5))
    await asyncio.sleep(0)
    loader.go.set()
    assert len(set(await asyncio.gather(*waiting))) == 1
    await other
    assert loader.calls == 2
    await flights.run("k", loader.load, 5)
    assert loader.calls == 3


async def test_one_who_leaves_takes_nothing_from_the_others_even_if_he_began() -> None:
    flights: SingleFlight[int] = SingleFlight("x")
    loader = Loader()
    first = asyncio.create_task(flights.run("k", loader.load, 5))
    second = asyncio.create_task(flights.run("k", loader.load, 5))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    loader.go.set()
    assert await second == 1


async def test_a_failure_is_everyone_s_who_waited_and_nobody_s_after() -> None:
    flights: SingleFlight[int] = SingleFlight("x")
    loader = Loader()
    loader.failure = OSError("no")
    waiting = [asyncio.create_task(flights.run("k", loader.load, 5)) for _ in range(3)]
    await asyncio.sleep(0)
    loader.go.set()
    assert all(isinstance(r, OSError) for r in await asyncio.gather(*waiting, return_exceptions=True))
    loader.failure = None
    assert await flights.run("k", loader.load, 5) == 2


async def test_a_failure_that_nobody_waits_for_any_more_is_no_noise() -> None:
    flights: SingleFlight[int] = SingleFlight("x")
    loader = Loader()
    loader.failure = OSError("no")
    only = asyncio.create_task(flights.run("k", loader.load, 5))
    await asyncio.sleep(0)
    only.cancel()
    loader.go.set()
    with pytest.raises(asyncio.CancelledError):
        await only
    await asyncio.sleep(0)


@pytest.mark.parametrize("ending", [CallTimedOutError("x", "late"), DeadlineExceededError()])
async def test_whoever_has_time_left_loads_again_when_the_time_of_who_began_is_over(
    ending: Exception,
) -> None:
    flights: SingleFlight[int] = SingleFlight("x")
    hasty, patient = Loader(), Loader()
    hasty.failure = ending
    patient.go.set()
    first = asyncio.create_task(flights.run("k", hasty.load, 5))
    await asyncio.sleep(0)
    others = [asyncio.create_task(flights.run("k", patient.load, 5)) for _ in range(20)]
    await asyncio.sleep(0)
    hasty.go.set()
    with pytest.raises(type(ending)):
        await first
    assert await asyncio.gather(*others) == [1] * 20
    assert (hasty.calls, patient.calls) == (1, 1)


async def test_nobody_waits_for_longer_than_his_own_time() -> None:
    flights: SingleFlight[int] = SingleFlight("x")
    loader = Loader()
    first = asyncio.create_task(flights.run("k", loader.load, 5))
    await asyncio.sleep(0)
    with pytest.raises(CallTimedOutError):
        await flights.run("k", loader.load, 0.01)
    loader.go.set()
    assert await first == 1
