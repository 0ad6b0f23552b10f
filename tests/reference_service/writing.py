"""Writes as tests send them, and what they wait for."""

import asyncio

from tests.reference_service.service_process import Reply, ServiceProcess, Tenant


def index(document_id: str, title: str = "t") -> dict[str, object]:
    return {"index": {"id": document_id, "title": title, "content": "c"}}


def items_of(reply: Reply) -> list[dict[str, object]]:
    items = reply.json["items"]
    assert isinstance(items, list)
    return items


async def bulk(service: ServiceProcess, tenant: Tenant, *operations: object, **headers: str) -> Reply:
    return await service.call("POST", "/bulk", tenant, {"operations": operations}, headers)


async def job_in(service: ServiceProcess, tenant: Tenant, job_id: object, state: str) -> Reply:
    async with asyncio.timeout(15):
        while (reply := await service.call("GET", f"/jobs/{job_id}", tenant)).json["state"] != state:
            assert reply.status == 200
        return reply
