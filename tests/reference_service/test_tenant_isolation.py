"""Every operation, tried by one tenant on what is another's: nothing is seen, nothing is changed."""

import asyncio
import itertools
from dataclasses import dataclass, field

import orjson
import pytest

from reference_service.http.openapi import openapi_json
from tests.reference_service.service_process import Reply, ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack

RARE_WORD = "xylocopaviolacea"  # a word that only the owner's document has
METHODS = {"get", "post", "put", "delete"}


@dataclass(frozen=True)
class Attempt:
    """A request of the intruder. Statuses that are no leak; the owner's secret may be in no answer."""

    path: str
    body: object = None
    statuses: frozenset[int] = field(default_factory=lambda: frozenset({200, 202}))


NOT_FOUND = frozenset({404})


def attempts(owner: Tenant, ids: dict[str, object]) -> dict[tuple[str, str], Attempt]:
    """For each operation of the interface the most that an intruder can aim at the owner's things."""
    open_to_all = {
        ("GET", path): Attempt(path) for path in ("/health/live", "/health/ready", "/openapi.json")
    }
    return {
        **open_to_all,
        ("GET", "/metrics"): Attempt("/metrics"),
        ("GET", "/search"): Attempt(f"/search?q={RARE_WORD}&fields=content"),
        ("POST", "/search"): Attempt("/search", {"query": {"text": RARE_WORD}, "fields": ["content"]}),
        ("GET", "/documents/{document_id}"): Attempt("/documents/treasure", None, NOT_FOUND),
        ("DELETE", "/documents/{document_id}"): Attempt("/documents/treasure", None, NOT_FOUND),
        ("POST", "/bulk"): Attempt("/bulk", {"operations": [{"delete": {"id": "treasure"}}]}),
        ("POST", "/documents"): Attempt("/documents", {"id": "treasure", "title": "stolen", "content": "c"}),
        ("GET", "/jobs/{job_id}"): Attempt(f"/jobs/{ids['job']}", None, NOT_FOUND),
        ("POST", "/tokens"): Attempt("/tokens"),
        ("POST", "/tokens/refresh"): Attempt(
            "/tokens/refresh", {"refresh_token": f"rt_{owner.id}.{'x' * 43}"}, frozenset({401})
        ),
        ("POST", "/tokens/revoke"): Attempt(
            "/tokens/revoke", {"refresh_token": f"rt_{owner.id}.{'x' * 43}"}, frozenset({204})
        ),
        ("GET", "/admin/tenant"): Attempt("/admin/tenant"),
        ("PUT", "/admin/tenant"): Attempt("/admin/tenant", {"tier": "enterprise"}),
        ("GET", "/admin/keys"): Attempt("/admin/keys"),
        ("POST", "/admin/keys"): Attempt("/admin/keys", {"permissions": ["read"]}, frozenset({201})),
        ("DELETE", "/admin/keys/{key_id}"): Attempt(f"/admin/keys/{ids['key']}", None, NOT_FOUND),
        ("GET", "/admin/dead-letters"): Attempt("/admin/dead-letters"),
        ("POST", "/admin/dead-letters/retry"): Attempt("/admin/dead-letters/retry"),
        ("POST", "/admin/dead-letters/{sequence}/retry"): Attempt(
            f"/admin/dead-letters/{ids['sequence']}/retry", None, NOT_FOUND
        ),
    }


async def test_no_operation_reaches_over_to_another_tenant(
    service: ServiceProcess, acme: Tenant, rival: Tenant, bed: TestBed
) -> None:
    boss, intruder = await bed.add_key(acme, "admin"), await bed.add_key(rival, "admin")
    treasure = {"id": "treasure", "title": "T", "content": f"the word is {RARE_WORD}"}
    receipt = await service.call("POST", "/documents", acme, treasure)
    database = await bed.connect(bed.owner_dsn)
    sequence = await database.fetchval(
        "SELECT sequence FROM outbox WHERE job_id = $1", receipt.json["job_id"]
    )
    key = await database.fetchval("SELECT max(api_key_id) FROM api_keys WHERE tenant_id = $1", acme.id)
    await database.close()
    tried = attempts(acme, {"job": receipt.json["job_id"], "key": key, "sequence": sequence})
    paths = orjson.loads(openapi_json())["paths"]
    operations = {(m.upper(), path) for path, item in paths.items() for m in METHODS & set(item)}
    assert set(tried) == operations, "each operation has an attempt here"

    async with asyncio.timeout(10):
        # Another question each time: what was answered before the index had it is kept.
        for limit in itertools.cycle(range(1, 101)):
            if (await service.search(acme, f"{RARE_WORD}&limit={limit}")).hits:
                break
            await asyncio.sleep(0.05)
    for (method, _), attempt in tried.items():
        reply = await service.call(method, attempt.path, intruder, attempt.body)
        assert reply.status in attempt.statuses, (method, attempt.path, reply)
        assert RARE_WORD not in reply.content.decode(), (method, attempt.path)
        assert not seen(reply, acme), (method, attempt.path)
    # The owner still has it, as it was, and his keys work.
    read = await service.call("GET", "/documents/treasure", boss)
    assert (read.status, read.json["version"]) == (200, receipt.json["version"])
    assert (await service.call("GET", "/documents/treasure", intruder)).json["title"] == "stolen"


def seen(reply: Reply, owner: Tenant) -> bool:
    """Whether an answer names the owner. Metrics do: they are for those who run the service."""
    return (
        reply.headers.get("Content-Type", "").startswith("application/json")
        and owner.id in reply.content.decode()
    )
