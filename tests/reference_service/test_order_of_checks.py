"""Identity, permission, limit, then the rest: whatever is wrong with a request, it is counted."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import orjson
import pytest
from redis.asyncio import Redis

from reference_service.http.openapi import openapi_json
from reference_service.settings import read_settings
from tests.reference_service.service_process import Reply, ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack

HEADERS = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy"}
METHODS = {"get", "post", "put", "delete"}
OPEN = {("GET", path) for path in ("/health/live", "/health/ready", "/metrics", "/openapi.json")}
JOB = "job-" + "0" * 32
SMALL_BODY_BYTES = read_settings({}).small_body_bytes
TOO_LARGE = {"query": {"text": "x" * SMALL_BODY_BYTES}}


@dataclass(frozen=True)
class Bad:
    """A request of an operation that cannot be used; `counts` names the limit, None the address's."""

    route: str
    method: str
    path: str
    counts: str | None
    status: int = 400
    body: object = None
    content_type: str | None = None


BAD = [
    Bad("/search", "GET", "/search", "search"),
    Bad("/search", "GET", "/search?q=x&limit=0", "search"),
    Bad("/search", "GET", "/search?q=x&q=y", "search"),
    Bad("/search", "POST", "/search", "search", 415, b"{}", "text/plain"),
    Bad("/search", "POST", "/search", "search", 400, b"{"),
    Bad("/search", "POST", "/search", "search", 400, {"query": {"regexp": "x"}}),
    Bad("/search", "POST", "/search", "search", 413, TOO_LARGE),
    Bad("/documents", "POST", "/documents", "index", 400, {"title": "t"}),
    Bad("/documents", "POST", "/documents", "index", 415, b"{}", "text/plain"),
    Bad("/documents", "POST", "/documents", "index", 400, {"title": "t", "content": [[]] * 1000}),
    Bad("/documents/{document_id}", "GET", "/documents/-", "get"),
    Bad("/documents/{document_id}", "GET", "/documents/nowhere", "get", 404),
    Bad("/documents/{document_id}", "DELETE", "/documents/-", "delete"),
    Bad("/bulk", "POST", "/bulk", "bulk", 400, {"operations": []}),
    Bad("/bulk", "POST", "/bulk", "bulk", 400, {"operations": [{}] * 200_000}),
    Bad("/jobs/{job_id}", "GET", "/jobs/x", "job", 404),
    Bad("/jobs/{job_id}", "GET", f"/jobs/{JOB}", "job", 404),
    Bad("/tokens", "POST", "/tokens", "token", 200),  # asks for nothing that could be wrong
    Bad("/tokens/refresh", "POST", "/tokens/refresh", None, 400, {"refresh": 1}),
    Bad("/tokens/refresh", "POST", "/tokens/refresh", None, 413, TOO_LARGE),
    Bad("/tokens/revoke", "POST", "/tokens/revoke", None, 400, b"["),
    Bad("/admin/tenant", "GET", "/admin/tenant", "admin", 200),  # neither do these
    Bad("/admin/keys", "GET", "/admin/keys", "admin", 200),
    Bad("/admin/dead-letters", "GET", "/admin/dead-letters", "admin", 200),
    Bad("/admin/tenant", "PUT", "/admin/tenant", "admin", 400, {"tier": "gold"}),
    Bad("/admin/tenant", "PUT", "/admin/tenant", "admin", 413, TOO_LARGE),
    Bad("/admin/keys", "POST", "/admin/keys", "admin", 400, {"permissions": []}),
    Bad("/admin/keys/{key_id}", "DELETE", "/admin/keys/x", "admin"),
    Bad("/admin/dead-letters/retry", "POST", "/admin/dead-letters/retry?after=x", "admin", 400),
    Bad("/admin/dead-letters/{sequence}/retry", "POST", "/admin/dead-letters/x/retry", "admin"),
]


async def send(service: ServiceProcess, tenant: Tenant | None, bad: Bad, **headers: str) -> Reply:
    sent = {"Content-Type": bad.content_type or "application/json", **headers}
    if not isinstance(bad.body, bytes):
        return await service.call(bad.method, bad.path, tenant, bad.body, sent)
    assert service.session is not None
    identity = tenant.headers if tenant is not None else {}
    async with service.session.request(
        bad.method, bad.path, data=bad.body, headers={**identity, **sent}
    ) as response:
        return Reply(response.status, dict(response.headers), await response.read(), 0.0)


def test_every_operation_behind_the_gate_is_tried() -> None:
    paths = orjson.loads(openapi_json())["paths"]
    operations = {(m.upper(), path) for path, item in paths.items() for m in METHODS & set(item)}
    assert {(bad.method, bad.route) for bad in BAD} == operations - OPEN


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: f"{bad.method} {bad.path} {bad.status}")
async def test_a_request_that_cannot_be_used_is_counted_and_told_its_limit(
    service: ServiceProcess, bed: TestBed, state: Redis, bad: Bad
) -> None:
    boss = await bed.add_key(bed.tenants()["enterprise-03"], "admin")
    # An address of its own: those that name no tenant are counted by it, in the service's memory.
    address = f"198.51.100.{BAD.index(bad)}"
    reply = await send(service, boss if bad.counts else None, bad, **{"X-Forwarded-For": address})
    assert reply.status == bad.status, reply.content
    assert set(reply.headers) >= HEADERS
    limit, remaining = (int(reply.headers[f"RateLimit-{name}"]) for name in ("Limit", "Remaining"))
    assert remaining == limit - 1
    counted = await state.keys(f"limit:{boss.id}:*")
    assert counted == ([f"limit:{boss.id}:{bad.counts}".encode()] if bad.counts else [])


@pytest.mark.parametrize(
    "bad", [bad for bad in BAD if bad.counts], ids=lambda bad: f"{bad.method} {bad.path} {bad.status}"
)
async def test_who_may_not_is_told_so_whatever_else_is_wrong(
    service: ServiceProcess, bed: TestBed, state: Redis, bad: Bad
) -> None:
    stranger = Tenant("nobody", "free", f"sk_nobody-{BAD.index(bad)}", 0)
    address = {"X-Forwarded-For": f"198.51.101.{BAD.index(bad)}"}
    assert (await send(service, stranger, bad, **address)).status == 401
    if bad.counts not in ("job", "token"):  # what any key is good for
        wrong = await bed.add_key(
            bed.tenants()["enterprise-03"], "write" if bad.counts in ("search", "get") else "read"
        )
        assert (await send(service, wrong, bad)).status == 403
    assert not await state.keys("limit:*")


@pytest.mark.parametrize(
    "bad",
    [
        Bad("/search", "POST", "/search", "search", 413, TOO_LARGE),
        Bad("/search", "POST", "/search", "search", 400, b"["),
        Bad("/search", "GET", "/search?q=", "search"),
    ],
    ids=["too large", "no JSON", "no text"],
)
async def test_what_cannot_be_used_uses_the_limit_up(service: ServiceProcess, bed: TestBed, bad: Bad) -> None:
    free = bed.tenants()["free-01"]  # ten a minute, and a burst of ten
    statuses = [(await send(service, free, bad)).status for _ in range(25)]
    assert statuses == [bad.status] * 20 + [429] * 5


async def test_a_body_in_parts_of_unknown_length_is_bounded_too(
    service: ServiceProcess, bed: TestBed
) -> None:
    async def parts(most: int) -> AsyncIterator[bytes]:
        yield b'{"query":'
        for _ in range(most // 1000):
            yield b" " * 1000

    assert service.session is not None
    headers = {**bed.tenants()["enterprise-03"].headers, "Content-Type": "application/json"}
    for length, status in ((1000, 400), (SMALL_BODY_BYTES + 1000, 413)):
        async with service.session.post("/search", data=parts(length), headers=headers) as reply:
            assert reply.status == status
