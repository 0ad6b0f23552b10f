"""Search and documents on a good day."""

import asyncio

import pytest
from redis.asyncio import Redis

from tests.reference_service.service_process import ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack


async def test_a_search_is_live_first_and_kept_then(
    service: ServiceProcess, acme: Tenant, bed: TestBed
) -> None:
    word = bed.words()[50]
    first = await service.search(acme, word)
    assert (first.status, first.source, first.degraded) == (200, "live", set())
    assert first.hits
    assert set(first.hits[0]) == {"id", "score", "title", "snippet"}
    # It is kept after it was given: no client waits for that.
    async with asyncio.timeout(2):
        while (second := await service.search(acme, word)).source != "cache":
            pass
    assert (second.status, second.source, second.content) == (200, "cache", first.content)
    assert second.headers["Age"] == "0"
    assert first.json["degraded"] is False


async def test_pages_follow_each_other(service: ServiceProcess, acme: Tenant, bed: TestBed) -> None:
    word = bed.words()[0]
    whole = await service.call("GET", f"/search?q={word}&limit=20", acme)
    pages = [await service.call("GET", f"/search?q={word}&limit=10&offset={at}", acme) for at in (0, 10)]
    assert [hit["id"] for page in pages for hit in page.hits] == [hit["id"] for hit in whole.hits]


async def test_a_seeded_document_is_read_live_then_from_the_cache(
    service: ServiceProcess, acme: Tenant
) -> None:
    first = await service.call("GET", "/documents/doc-000003", acme)
    assert (first.status, first.source) == (200, "live")
    assert set(first.json) == {"id", "title", "content", "tags", "version"}
    assert first.json["version"] == 1
    async with asyncio.timeout(2):
        while (second := await service.call("GET", "/documents/doc-000003", acme)).source != "cache":
            pass
    assert second.content == first.content


async def test_no_tenant_sees_another_s_documents(
    service: ServiceProcess, cache: Redis, acme: Tenant, rival: Tenant
) -> None:
    body = {"id": "secret-1", "title": "zyxwvu", "content": "qqqqzzzz"}
    assert (await service.call("POST", "/documents", acme, body)).status == 202
    async with asyncio.timeout(10):
        while not (await service.search(acme, "qqqqzzzz")).hits:
            await cache.flushdb()  # an answer that is kept would stay the same for five minutes
    assert (await service.call("GET", "/documents/secret-1", acme)).status == 200
    assert (await service.call("GET", "/documents/secret-1", rival)).status == 404
    assert (await service.call("DELETE", "/documents/secret-1", rival)).status == 404
    assert (await service.search(rival, "qqqqzzzz")).hits == []
    assert (await service.call("GET", "/documents/secret-1", acme)).status == 200


@pytest.mark.parametrize(
    "refusal",
    [
        ("GET", "/search", 400, "invalid-input"),
        ("GET", "/search?q=x&limit=101", 400, "invalid-input"),
        ("GET", "/documents/..%2Fx", 400, "invalid-input"),
        ("GET", "/documents/none-such", 404, "no-such-document"),
        ("DELETE", "/documents/none-such", 404, "no-such-document"),
        ("GET", "/nowhere", 404, "no-such-path"),
        ("PUT", "/documents", 405, "method-not-allowed"),
    ],
)
async def test_refusals_are_problem_documents(
    service: ServiceProcess, acme: Tenant, refusal: tuple[str, str, int, str]
) -> None:
    method, path, status, kind = refusal
    reply = await service.call(method, path, acme)
    assert reply.status == status
    assert reply.headers["Content-Type"].startswith("application/problem+json")
    assert reply.json["type"] == f"urn:document-search:problem:{kind}"
    assert reply.json["status"] == status


@pytest.mark.parametrize("authorization", [None, "Bearer wrong", "Basic eDp5", "Bearer " + "x" * 500])
async def test_without_a_valid_key_there_is_nothing(
    service: ServiceProcess, authorization: str | None
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    reply = await service.call("GET", "/search?q=x", headers=headers)
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"] == "Bearer"


async def test_every_answer_carries_the_security_headers(service: ServiceProcess, acme: Tenant) -> None:
    for path in ("/search?q=x", "/nowhere", "/health/live", "/metrics"):
        headers = (await service.call("GET", path, acme)).headers
        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Content-Security-Policy"] == "default-src 'self'"
        assert headers["X-XSS-Protection"] == "1; mode=block"
        assert headers["Server"] == "document-search"


async def test_metrics_have_the_analysis_s_names(service: ServiceProcess, acme: Tenant) -> None:
    await service.search(acme, "metricsword")
    text = (await service.call("GET", "/metrics")).content.decode()
    for line in (
        'http_requests_total{method="GET",path="/search",status="200",tenant="enterprise-01"}',
        'http_request_duration_seconds_bucket{le="0.2",method="GET",path="/search",tenant="enterprise-01"}',
        'search_queries_total{cached="false",tenant="enterprise-01"}',
        'search_latency_seconds_bucket{le="0.2",tenant="enterprise-01"}',
        'redis_connected{instance="redis-cache"} 1.0',
        'postgres_connections{state="idle"}',
        'elasticsearch_health{cluster="main",status="',
    ):
        assert line in text
