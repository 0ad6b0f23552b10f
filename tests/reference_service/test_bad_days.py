"""Each dependency broken in several ways: what is answered, from where, how fast, and how it recovers."""

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest
from redis.asyncio import Redis

from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import Reply, ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack

GRACE_S = 0.05
SEARCH_S, GET_S, WRITE_S = 1.0 + GRACE_S, 0.5 + GRACE_S, 2.0 + GRACE_S
RECOVERY_S = 5.0
FAULTS = ["refused", "hung", "slow"]


def broken(proxies: Proxies, name: str, fault: str) -> AbstractAsyncContextManager[None]:
    return {
        "refused": lambda: proxies.refused(name),
        "hung": lambda: proxies.hung(name),
        "slow": lambda: proxies.slow(name, 3000),
    }[fault]()


def addresses(number: int) -> list[dict[str, str]]:
    """One client address a request, so that no address limit is met."""
    return [{"X-Forwarded-For": f"198.51.{n // 250}.{n % 250 + 1}"} for n in range(number)]


async def searches(service: ServiceProcess, tenant: Tenant, words: list[str]) -> list[Reply]:
    sent = zip(words, addresses(len(words)), strict=True)
    return await asyncio.gather(*(service.search(tenant, word, **headers) for word, headers in sent))


async def make_stale(cache: Redis) -> None:
    """Makes every kept answer older than it is, past its fresh lifetime."""
    for key in await cache.keys("[sd]*:enterprise-*"):  # searches and documents
        value = await cache.get(key)
        assert isinstance(value, bytes)
        older = b"%015d" % (int(value[20:35]) - 700_000)
        await cache.set(key, value[:20] + older + value[35:])


@pytest.mark.parametrize("fault", FAULTS)
async def test_elasticsearch_broken(
    service: ServiceProcess, proxies: Proxies, cache: Redis, acme: Tenant, fault: str
) -> None:
    kept, aged = service.bed.words()[10], service.bed.words()[11]
    live = await service.search(acme, aged)
    assert live.source == "live"
    assert (await service.call("GET", "/documents/doc-000001", acme)).source == "live"
    await settled(cache, 2)
    await make_stale(cache)
    assert (await service.search(acme, kept)).source == "live"
    await settled(cache, 3)

    async with broken(proxies, "elasticsearch", fault):
        # The first requests, before any breaker has opened.
        first = await searches(service, acme, [f"unseen{n}" for n in range(30)])
        assert all(r.status == 200 and r.source == "empty" for r in first)
        assert all(r.json == {"hits": [], "total": 0, "degraded": True} for r in first)
        assert all("elasticsearch" in r.degraded for r in first)
        assert max(r.took_s for r in first) < SEARCH_S + service.stalls.worst_s

        # The breaker is open: what is not kept fails fast, what is kept does not notice.
        later = await searches(service, acme, [f"unknown{n}" for n in range(30)])
        assert all(r.source == "empty" for r in later)
        assert max(r.took_s for r in later) < 0.3
        fresh = await service.search(acme, kept)
        assert (fresh.source, fresh.degraded, fresh.json["degraded"]) == ("cache", set(), False)
        assert fresh.took_s < 0.1
        stale = await service.search(acme, aged)
        assert (stale.source, stale.degraded, stale.json["degraded"]) == ("stale", {"elasticsearch"}, True)
        assert stale.hits == live.hits != []
        assert 690 < int(stale.headers["Age"]) < 800

        document = await service.call("GET", "/documents/doc-000001", acme)
        assert (document.status, document.source, document.degraded) == (200, "stale", {"elasticsearch"})
        nowhere = await service.call("GET", "/documents/doc-000002", acme)
        assert nowhere.status == 503
        assert int(nowhere.headers["Retry-After"]) >= 1

        report = await service.call("GET", "/health/ready")
        assert report.json["status"] == "degraded"
        assert '"elasticsearch":{"state":"down","breakers":{"read":"open"' in report.content.decode()

    assert await service.wait_for("ready", RECOVERY_S + 1) < RECOVERY_S
    assert (await service.search(acme, "afterwards")).source == "live"


async def settled(cache: Redis, number: int) -> None:
    """Answers are kept after they are given: waits until so many are."""
    async with asyncio.timeout(2):
        while len(await cache.keys("[sd]*:enterprise-*")) < number:
            pass


@pytest.mark.parametrize("fault", ["hung", "slow"])
async def test_no_get_is_later_than_its_deadline_while_elasticsearch_does_not_answer(
    service: ServiceProcess, proxies: Proxies, acme: Tenant, fault: str
) -> None:
    async with broken(proxies, "elasticsearch", fault):
        paths = [f"/documents/doc-{n:06d}" for n in range(30)]
        replies = await asyncio.gather(*(service.call("GET", path, acme) for path in paths))
        assert {r.status for r in replies} == {503}
        assert max(r.took_s for r in replies) < GET_S + service.stalls.worst_s


@pytest.mark.parametrize("fault", FAULTS)
async def test_both_redis_broken(
    service: ServiceProcess, proxies: Proxies, acme: Tenant, bed: TestBed, fault: str
) -> None:
    words = bed.words()[20:50]
    async with broken(proxies, "redis-cache", fault), broken(proxies, "redis-state", fault):
        first = await searches(service, acme, words)
        assert all((r.status, r.source) == (200, "live") for r in first)
        assert all(r.degraded == {"redis-cache", "redis-state"} for r in first)
        assert all(r.json["degraded"] is False for r in first)
        assert max(r.took_s for r in first) < SEARCH_S + service.stalls.worst_s
        again = await service.search(acme, words[0], **{"X-Forwarded-For": "192.0.2.200"})
        assert (again.source, again.took_s < 0.3) == ("live", True)
        receipt = await service.call("POST", "/documents", acme, {"title": "t", "content": "c"})
        assert receipt.status == 202
        assert receipt.took_s < WRITE_S + service.stalls.worst_s
    assert await service.wait_for("ready", RECOVERY_S + 1) < RECOVERY_S
    healed = await service.search(acme, words[0])
    assert healed.degraded == set()
    assert healed.headers["RateLimit-Policy"].startswith("1000;")


@pytest.mark.parametrize("fault", FAULTS)
async def test_postgres_broken(
    service: ServiceProcess, proxies: Proxies, acme: Tenant, bed: TestBed, fault: str
) -> None:
    unseen = bed.tenants()["enterprise-03"]  # it has sent nothing yet: its key was learnt at start
    async with broken(proxies, "postgres", fault):
        bodies = [{"title": "t", "content": "c"} for _ in range(10)]
        writes = await asyncio.gather(*(service.call("POST", "/documents", acme, body) for body in bodies))
        assert {(r.status, r.headers["Durability"]) for r in writes} == {(202, "local")}
        assert all(r.degraded == {"postgres"} for r in writes)
        assert max(r.took_s for r in writes) < WRITE_S + service.stalls.worst_s
        deletion = await service.call("DELETE", "/documents/doc-000039", acme)
        assert (deletion.status, deletion.headers["Durability"], deletion.took_s < 0.3) == (
            202,
            "local",
            True,
        )
        assert (await service.call("GET", "/documents/doc-000039", acme)).status == 404
        job = await service.call("GET", f"/jobs/{writes[0].json['job_id']}", acme)
        assert (job.status, job.json["state"], job.json["durability"]) == (200, "accepted", "local")

        read = await service.search(unseen, bed.words()[60])
        assert (read.status, read.source, read.degraded) == (200, "live", set())
        assert (await service.call("GET", "/documents/doc-000001", unseen)).status == 200

        # Nobody can say that this key is wrong.
        strangers = await asyncio.gather(
            *(
                service.call("GET", "/search?q=x", headers={"Authorization": f"Bearer no-{fault}-{n}"})
                for n in range(10)
            )
        )
        assert {r.status for r in strangers} == {503}
        assert max(r.took_s for r in strangers) < SEARCH_S + service.stalls.worst_s
    assert await service.wait_for("ready", RECOVERY_S + 1) < RECOVERY_S
    for reply in (*writes, deletion):
        await carried(service, acme, reply.json["job_id"])
    assert (await service.call("POST", "/documents", acme, bodies[0])).headers["Durability"] == "replicated"
    wrong = await service.call("GET", "/search?q=x", headers={"Authorization": f"Bearer no-{fault}-again"})
    assert wrong.status == 401


async def carried(service: ServiceProcess, tenant: Tenant, job_id: object) -> None:
    """Waits until what was accepted locally is indexed."""
    async with asyncio.timeout(15):
        while (await service.call("GET", f"/jobs/{job_id}", tenant)).json.get("state") != "indexed":
            pass


async def test_elasticsearch_and_both_redis_down_leaves_an_empty_degraded_answer(
    service: ServiceProcess, proxies: Proxies, acme: Tenant
) -> None:
    async with (
        proxies.refused("elasticsearch"),
        proxies.refused("redis-cache"),
        proxies.refused("redis-state"),
    ):
        reply = await service.search(acme, "anything", **{"X-Forwarded-For": "192.0.2.201"})
        assert (reply.status, reply.source) == (200, "empty")
        assert reply.degraded == {"elasticsearch", "redis-cache", "redis-state"}
        assert reply.json == {"hits": [], "total": 0, "degraded": True}
