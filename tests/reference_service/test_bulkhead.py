"""A bulkhead: so many at once, so many waiting, and no place is ever lost."""

import asyncio

import pytest

from reference_service.limits.tenant_bulkheads import MOST_AT_ONCE, TenantBulkheads
from reference_service.limits.tiers import Tier
from reference_service.resilience import Bulkhead, BulkheadFullError


async def turns() -> None:
    """Lets everything that can go on go on."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_at_most_so_many_are_under_way_and_the_others_follow_in_order() -> None:
    bulkhead = Bulkhead("b", 2, queue=10)
    order: list[int] = []
    doors = [asyncio.Event() for _ in range(5)]

    async def work(number: int) -> None:
        await bulkhead.enter()
        order.append(number)
        await doors[number].wait()
        bulkhead.leave()

    tasks = [asyncio.create_task(work(number)) for number in range(5)]
    await turns()
    assert (order, bulkhead.in_use) == ([0, 1], 2)
    for number in range(5):
        doors[number].set()
        await turns()
        assert order == list(range(min(5, number + 3)))
    await asyncio.gather(*tasks)
    assert bulkhead.idle


async def test_without_room_to_wait_it_refuses_at_once() -> None:
    bulkhead = Bulkhead("b", 1, queue=1)
    await bulkhead.enter()
    waiting = asyncio.create_task(bulkhead.enter())
    await turns()
    with pytest.raises(BulkheadFullError):
        await bulkhead.enter()
    assert not bulkhead.enter_now()
    bulkhead.leave()
    await waiting
    bulkhead.leave()
    assert bulkhead.idle


@pytest.mark.parametrize("leave_first", [True, False])
async def test_one_who_gives_up_waiting_takes_no_place_with_him(leave_first: bool) -> None:
    bulkhead = Bulkhead("b", 1, queue=5)
    await bulkhead.enter()
    waiting = asyncio.create_task(bulkhead.enter())
    behind = asyncio.create_task(bulkhead.enter())
    await turns()
    if leave_first:  # the place is given at the very moment at which he gives up
        bulkhead.leave()
        waiting.cancel()
    else:
        waiting.cancel()
        await turns()
        bulkhead.leave()
    await asyncio.gather(waiting, return_exceptions=True)
    await behind
    assert bulkhead.in_use == 1
    bulkhead.leave()
    assert bulkhead.idle


async def test_one_who_gave_up_just_before_his_turn_is_passed_over() -> None:
    bulkhead = Bulkhead("b", 1, queue=5)
    await bulkhead.enter()
    waiting = asyncio.create_task(bulkhead.enter())
    await turns()
    waiting.cancel()
    bulkhead.leave()  # before the cancelled one has had a turn of the loop
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert bulkhead.idle


def test_a_tenant_s_room_is_its_own_and_is_given_back() -> None:
    bulkheads = TenantBulkheads()
    most = MOST_AT_ONCE[Tier.FREE]
    assert all(bulkheads.enter("a", Tier.FREE) for _ in range(most))
    assert not bulkheads.enter("a", Tier.FREE)
    assert bulkheads.enter("b", Tier.FREE)
    bulkheads.leave("a")
    assert bulkheads.enter("a", Tier.FREE)
    for _ in range(most):
        bulkheads.leave("a")
    bulkheads.leave("b")
    assert bulkheads.under_way == 0
