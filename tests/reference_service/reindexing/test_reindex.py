"""A new index takes the old one's place while writes, deletes and searches go on; nothing is lost."""

from __future__ import annotations

import asyncio
import random
import sys

import pytest
from elasticsearch import AsyncElasticsearch

from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import PREFIX, SERVICE_OFFSET, ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack


async def begin(bed: TestBed, tenant: Tenant) -> asyncio.subprocess.Process:
    environment = bed.environment(direct=False, port=bed.ports.port_base + SERVICE_OFFSET)
    command = ("-m", "reference_service", "reindex", "--tenant", tenant.id, "--linger", "0.1")
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def hear(process: asyncio.subprocess.Process, text: str) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(20):
        while text not in (line := (await process.stdout.readline()).decode()):
            assert line, (await process.communicate())[1].decode()


async def test_nothing_is_lost_by_a_reindex_that_is_killed_and_run_again_through_an_outage(
    service: ServiceProcess, bed: TestBed, acme: Tenant, proxies: Proxies
) -> None:
    chance, titles, going = random.Random(5), dict[str, str | None](), True  # noqa: S311 - no secret
    client = AsyncElasticsearch(bed.elasticsearch_url)
    seeded = acme.document_count
    alias = f"{PREFIX}-{acme.id}"
    before = set(await client.indices.get_alias(name=alias))
    misses: list[int] = []

    async def write() -> None:
        number = 0
        while going:
            number += 1
            name = f"reindex-{chance.randrange(40)}"
            if chance.random() < 0.3:
                reply = await service.call("DELETE", f"/documents/{name}", acme)
                if reply.status in (200, 202):
                    titles[name] = None
            else:
                body = {"id": name, "title": f"round {number}", "content": "c"}
                reply = await service.call("POST", "/documents", acme, body)
                if reply.status in (200, 201, 202):
                    titles[name] = f"round {number}"

    async def look() -> None:
        while going:
            # Seeded documents have no tag of ours, and nobody deletes them.
            found = await client.count(
                index=alias, query={"bool": {"must_not": {"prefix": {"title": "round"}}}}
            )
            if found["count"] < seeded:
                misses.append(found["count"])

    seeded = (await client.count(index=alias, query={"bool": {"must_not": {"prefix": {"title": "round"}}}}))[
        "count"
    ]
    beside = [asyncio.create_task(write()), asyncio.create_task(look())]
    try:
        await reindex_through_trouble(bed, acme, proxies)
    finally:
        going = False
        await asyncio.gather(*beside)
    await settled(bed)
    await client.indices.refresh(index=alias)
    found = await client.search(index=alias, size=1000, query={"ids": {"values": list(titles)}})
    kept = {hit["_id"]: hit["_source"]["title"] for hit in found["hits"]["hits"]}
    after = await client.indices.get_alias(index=f"{alias}-*")
    await client.close()
    assert len(titles) > 10
    assert {name: title for name, title in titles.items() if title is not None} == kept
    assert misses == []
    assert len(after) == 1
    assert before.isdisjoint(after)
    assert all(set(entry["aliases"]) == {alias} for entry in after.body.values())


async def reindex_through_trouble(bed: TestBed, tenant: Tenant, proxies: Proxies) -> None:
    """Killed once, begun again, Elasticsearch away for a while, a second one refused meanwhile."""
    killed = await begin(bed, tenant)
    await hear(killed, "building")
    killed.kill()
    await killed.wait()

    again = await begin(bed, tenant)
    await hear(again, "building")
    async with proxies.refused("elasticsearch"):
        await hear(again, "waiting for Elasticsearch")
        second = await begin(bed, tenant)
        _, complaint = await second.communicate()
        assert second.returncode == 2, complaint
        assert b"another process reindexes it" in complaint
    output, errors = await asyncio.wait_for(again.communicate(), 60)
    assert again.returncode == 0, errors.decode()
    assert output.decode().endswith("done\n")


async def settled(bed: TestBed) -> None:
    owner = await bed.connect(bed.owner_dsn)
    async with asyncio.timeout(20):
        while await owner.fetchval(
            "SELECT count(*) FROM outbox WHERE indexed_at IS NULL AND dead_at IS NULL"
        ):
            pass
    await owner.close()
