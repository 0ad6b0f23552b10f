"""Limits, to the request."""

import asyncio
from importlib.resources import files

import pytest
from redis.asyncio import Redis

from reference_service.limits.operation import Operation
from reference_service.limits.tiers import LIMITS_PER_MINUTE, Tier
from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import Reply, ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack
LUA = files("reference_service.limits").joinpath("sliding_window.lua").read_text()


@pytest.fixture
def free(bed: TestBed) -> Tenant:
    """A tenant of the free tier."""
    return bed.tenants()["free-01"]


async def test_a_tenant_may_do_its_limit_and_the_burst_and_no_more(
    service: ServiceProcess, free: Tenant, bed: TestBed
) -> None:
    replies = [reply for _ in range(5) for reply in await five_searches(service, free)]
    assert all(reply.degraded == set() for reply in replies)
    admitted = [r for r in replies if r.status == 200]
    refused = [r for r in replies if r.status == 429]
    assert (len(admitted), len(refused)) == (20, 5)
    assert sorted(int(r.headers["RateLimit-Remaining"]) for r in admitted) == list(range(20))
    for reply in refused:
        assert 1 <= int(reply.headers["Retry-After"]) <= 60
        assert reply.headers["RateLimit-Remaining"] == "0"
        assert reply.json["type"] == "urn:document-search:problem:rate-limited"
        assert reply.source is None
    # Each operation, and each tenant, has its own.
    assert (await service.call("GET", "/documents/doc-000001", free)).status == 200
    assert (await service.search(bed.tenants()["free-02"], "x")).status == 200


async def five_searches(service: ServiceProcess, tenant: Tenant) -> list[Reply]:
    return await asyncio.gather(*(service.search(tenant, "x") for _ in range(5)))


async def test_a_kept_answer_is_dropped_when_the_limit_says_no(service: ServiceProcess, free: Tenant) -> None:
    statuses = [(await service.search(free, "samequery")).status for _ in range(21)]
    assert statuses == [200] * 20 + [429]


async def test_the_headers_tell_the_policy(service: ServiceProcess, free: Tenant) -> None:
    headers = (await service.search(free, "x")).headers
    assert headers["RateLimit-Policy"] == "10;w=60;burst=10"
    assert headers["RateLimit-Limit"] == "20"
    assert 0 < int(headers["RateLimit-Reset"]) <= 60


async def test_many_at_once_share_one_window_exactly(state: Redis, service: ServiceProcess) -> None:
    results = await asyncio.gather(*(state.eval(LUA, 1, "limit:test", 30, 60_000_000) for _ in range(100)))
    assert sum(allowed for allowed, _, _ in results) == 30


async def test_the_window_slides(state: Redis, service: ServiceProcess) -> None:
    window_us = 200_000
    assert (await state.eval(LUA, 1, "limit:slide", 1, window_us))[0] == 1
    allowed, _, reset_us = await state.eval(LUA, 1, "limit:slide", 1, window_us)
    assert allowed == 0
    await asyncio.sleep(reset_us / 1_000_000 + 0.005)
    assert (await state.eval(LUA, 1, "limit:slide", 1, window_us))[0] == 1


async def now_us(state: Redis) -> int:
    seconds, microseconds = await state.time()
    return seconds * 1_000_000 + microseconds


async def test_a_smaller_capacity_tells_when_one_may_pass_and_never_less_than_none(
    state: Redis, service: ServiceProcess
) -> None:
    """As after a tenant's change to a lower tier."""
    now = await now_us(state)
    ages_s = (50, 40, 30, 20)
    await state.lpush("limit:lowered", *(now - age_s * 1_000_000 for age_s in ages_s))
    allowed, remaining, reset_us = await state.eval(LUA, 1, "limit:lowered", 2, 60_000_000)
    assert (allowed, remaining) == (0, 0)
    # When the second newest has left, one is there for two places.
    assert 29_000_000 < reset_us <= 30_000_000


async def test_a_clock_that_is_set_back_locks_nobody_out(state: Redis, service: ServiceProcess) -> None:
    ahead = await now_us(state) + 3_600_000_000
    await state.lpush("limit:ahead", *(ahead + n for n in range(5)))
    assert (await state.eval(LUA, 1, "limit:ahead", 5, 60_000_000))[:2] == [1, 4]


async def test_windows_that_nobody_uses_vanish(state: Redis, service: ServiceProcess) -> None:
    await state.eval(LUA, 1, "limit:idle", 5, 60_000_000)
    assert 0 < await state.pttl("limit:idle") <= 60_000


async def test_without_the_state_redis_the_address_counts(
    service: ServiceProcess, proxies: Proxies, free: Tenant, acme: Tenant
) -> None:
    async with proxies.refused("redis-state"):
        replies = [await service.search(free, "x", **{"X-Forwarded-For": "192.0.2.77"}) for _ in range(32)]
        assert [r.status for r in replies] == [200] * 30 + [429] * 2
        assert all(r.degraded == {"redis-state"} for r in replies)
        assert replies[0].headers["RateLimit-Policy"] == "20;w=60;burst=10"
        other = await service.search(acme, "x", **{"X-Forwarded-For": "192.0.2.78"})
        assert other.status == 200


def test_the_table_is_the_analysis_s() -> None:
    """Sections 7.2 and 7.3. It names none for what is not in it here."""
    table = {op.value: [LIMITS_PER_MINUTE[tier][op] for tier in Tier] for op in Operation}
    assert (
        table
        | {
            "search": [10, 100, 1000],
            "index": [5, 50, 500],
            "bulk": [1, 10, 100],
            "get": [20, 200, 2000],
            "delete": [5, 30, 300],
        }
        == table
    )
