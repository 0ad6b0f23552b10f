"""Room for large bodies: bounded, shared between tenants, and never lost."""

import asyncio
from collections.abc import Callable

import pytest

from reference_service.limits.body_room import SMALL_BYTES, BodyRoom

MEGABYTE = 1024 * 1024


async def turns() -> None:
    """Lets everything that can go on go on."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_bodies_wait_in_order_while_there_is_no_room() -> None:
    room = BodyRoom(8 * MEGABYTE)
    inside: list[int] = []

    async def bring(number: int) -> Callable[[], None]:
        leave = await room.enter(f"tenant-{number}", 3 * MEGABYTE)
        inside.append(number)
        return leave

    tasks = [asyncio.create_task(bring(number)) for number in range(5)]
    await turns()
    assert (inside, room.held_bytes) == ([0, 1], 6 * MEGABYTE)
    for number, task in enumerate(tasks):
        (await task)()
        await turns()
        assert inside == list(range(min(5, number + 3)))
    assert room.held_bytes == 0


async def test_a_tenant_gets_half_and_lets_others_pass() -> None:
    room = BodyRoom(8 * MEGABYTE)
    leave = await room.enter("hungry", 3 * MEGABYTE)
    waiting = asyncio.create_task(room.enter("hungry", 2 * MEGABYTE))
    await turns()
    assert not waiting.done()
    (await room.enter("modest", 4 * MEGABYTE))()
    assert not waiting.done()
    leave()
    (await waiting)()
    assert room.held_bytes == 0


async def test_one_that_is_larger_than_the_room_fits_alone() -> None:
    room = BodyRoom(MEGABYTE)
    leave = await room.enter("large", 5 * MEGABYTE)
    other = asyncio.create_task(room.enter("other", MEGABYTE))
    await turns()
    assert not other.done()
    leave()
    (await other)()


async def test_small_ones_never_wait() -> None:
    room = BodyRoom(MEGABYTE)
    await room.enter("large", MEGABYTE)
    for _ in range(100):
        (await asyncio.wait_for(room.enter("small", SMALL_BYTES - 1), 1))()


@pytest.mark.parametrize("given_at_this_very_moment", [False, True])
async def test_who_is_cut_off_while_he_waits_takes_nothing_with_him(given_at_this_very_moment: bool) -> None:
    room = BodyRoom(2 * MEGABYTE)
    leave = await room.enter("first", 2 * MEGABYTE)
    cut = asyncio.create_task(room.enter("cut", 2 * MEGABYTE))
    last = asyncio.create_task(room.enter("last", 2 * MEGABYTE))
    await turns()
    if given_at_this_very_moment:
        leave()
        cut.cancel()
    else:
        cut.cancel()
        await turns()
        leave()
    with pytest.raises(asyncio.CancelledError):
        await cut
    (await last)()
    assert room.held_bytes == 0
