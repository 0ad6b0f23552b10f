"""What can be searched for, and how one goes through long results."""

import asyncio
from urllib.parse import quote

import pytest
import pytest_asyncio

from tests.reference_service.service_process import Reply, ServiceProcess, Tenant

pytestmark = pytest.mark.stack

ZEBRAS = 25
PAUSE_S = 0.05
"""Between questions: a tenant may ask a thousand in a minute."""


@pytest_asyncio.fixture(scope="module")
async def zoo(running_service: ServiceProcess) -> Tenant:
    """A tenant with documents of which one knows what is in them; searchable."""
    tenant = running_service.bed.tenants()["enterprise-02"]
    documents = [
        {
            "id": f"zebra-{n:02d}",
            "title": f"Zebra number {n}",
            "content": "stripes <b>and</b> hooves",
            "tags": ["zoo", parity],
        }
        for n, parity in ((n, "even" if n % 2 == 0 else "odd") for n in range(ZEBRAS))
    ]
    documents.append({"id": "quagga", "title": "Quagga", "content": "was like a zebra", "tags": ["gone"]})
    body = {"operations": [{"index": document} for document in documents]}
    assert (await running_service.call("POST", "/bulk", tenant, body)).status == 202
    async with asyncio.timeout(15):
        n = 0
        while (
            total(await running_service.call("GET", f"/search?q=zebra&offset={n}&limit=1", tenant))
            < ZEBRAS + 1
        ):
            n = (n + 1) % 500  # another page each time: no kept answer
            await asyncio.sleep(PAUSE_S)
    return tenant


def total(reply: Reply) -> int:
    assert reply.status == 200, reply
    found = reply.json["total"]
    assert isinstance(found, int)
    return found


async def post(service: ServiceProcess, tenant: Tenant, **body: object) -> Reply:
    return await service.call("POST", "/search", tenant, body)


async def test_a_cursor_goes_through_everything_once_though_the_index_changes(
    service: ServiceProcess, zoo: Tenant
) -> None:
    cursor: object = "*"
    seen: list[str] = []
    while cursor is not None:
        reply = await service.call("GET", f"/search?q=zebra&limit=7&cursor={quote(str(cursor))}", zoo)
        assert (reply.status, reply.source) == (200, "live")
        seen += [str(hit["id"]) for hit in reply.hits]
        cursor = reply.json.get("next_cursor")
        late = {"id": f"late-{len(seen)}", "title": "zebra zebra zebra", "content": "came late"}
        assert (await service.call("POST", "/documents", zoo, late)).status == 202
        assert (await service.call("DELETE", f"/documents/late-{len(seen)}", zoo)).status == 202
    assert len(seen) == len(set(seen)) == ZEBRAS + 1


async def test_a_cursor_is_for_its_query_and_its_tenant(
    service: ServiceProcess, zoo: Tenant, acme: Tenant
) -> None:
    cursor = (await service.call("GET", "/search?q=zebra&limit=5&cursor=*", zoo)).json["next_cursor"]
    for path, tenant in (
        (f"/search?q=zebra&cursor={cursor}", acme),
        (f"/search?q=quagga&cursor={cursor}", zoo),
    ):
        reply = await service.call("GET", path, tenant)
        assert (reply.status, reply.json["type"]) == (404, "urn:document-search:problem:no-such-cursor")


async def test_search_as_you_type_finds_what_is_not_finished(service: ServiceProcess, zoo: Tenant) -> None:
    assert [hit["id"] for hit in (await service.call("GET", "/search?q=qua&prefix=true", zoo)).hits] == [
        "quagga"
    ]
    assert total(await service.call("GET", "/search?q=zebra%20num&prefix=true", zoo)) == ZEBRAS
    assert total(await service.call("GET", "/search?q=qua", zoo)) == 0


async def test_tags_filter_and_do_not_change_the_score(service: ServiceProcess, zoo: Tenant) -> None:
    n = 0
    async with asyncio.timeout(15):
        while True:
            limit = 100 - n % 70  # another page each time: no kept answer
            everything = await service.call("GET", f"/search?q=zebra&limit={limit}", zoo)
            even = await service.call("GET", f"/search?q=zebra&limit={limit}&tags=zoo,even", zoo)
            assert total(even) == 13
            scores = {hit["id"]: hit["score"] for hit in everything.hits}
            if all(scores.get(hit["id"]) == pytest.approx(hit["score"]) for hit in even.hits):
                break
            n += 1  # what was written before became visible between the two, and changed all scores
            await asyncio.sleep(PAUSE_S)


async def test_only_the_fields_that_are_asked_for_come(service: ServiceProcess, zoo: Tenant) -> None:
    (hit,) = (await service.call("GET", "/search?q=quagga&fields=tags,content", zoo)).hits
    assert (set(hit), hit["tags"], hit["content"]) == (
        {"id", "score", "tags", "content"},
        ["gone"],
        "was like a zebra",
    )


async def test_what_was_found_is_marked_and_the_rest_is_escaped(service: ServiceProcess, zoo: Tenant) -> None:
    marked = (await service.call("GET", "/search?q=hooves&limit=1", zoo)).hits[0]["snippet"]
    assert marked == "stripes &lt;b&gt;and&lt;&#x2F;b&gt; <em>hooves</em>"
    plain = (await service.call("GET", "/search?q=hooves&limit=1&highlight=false", zoo)).hits[0]["snippet"]
    assert plain == "stripes &lt;b&gt;and&lt;&#x2F;b&gt; hooves"


async def test_a_document_as_long_as_may_be_is_found_whatever_its_letters(
    service: ServiceProcess, zoo: Tenant
) -> None:
    """Letters that take two places each in UTF-16, in which Elasticsearch counts."""
    content = "haystack " + "\U00010400" * 600_000
    body = {"id": "longest", "title": "Haystack", "content": content}
    assert (await service.call("POST", "/documents", zoo, body)).status == 202
    async with asyncio.timeout(15):
        n = 0
        while not total(found := await service.call("GET", f"/search?q=haystack&limit={n % 100 + 1}", zoo)):
            n += 1
            await asyncio.sleep(PAUSE_S)
    assert "<em>haystack</em>" in str(found.hits[0]["snippet"])
    assert (await service.call("DELETE", "/documents/longest", zoo)).status == 202


async def test_clauses_combine(service: ServiceProcess, zoo: Tenant) -> None:
    assert total(await post(service, zoo, query={"all": [{"text": "zebra"}, {"not": {"tag": "zoo"}}]})) == 1
    either = {"any": [{"tag": "odd"}, {"prefix": "quag"}]}
    assert total(await post(service, zoo, query=either)) == 13
    assert total(await post(service, zoo, query={"all": [either, {"text": "stripes"}]}, tags=["zoo"])) == 12
    # Answers are kept after they are given, and the mark of the zoo's own change may still come once.
    async with asyncio.timeout(5):
        while (await post(service, zoo, query=either)).source != "cache":
            await asyncio.sleep(0.01)


async def test_a_query_that_is_too_complex_is_refused_and_says_why(
    service: ServiceProcess, zoo: Tenant
) -> None:
    deep: dict[str, object] = {"text": "zebra"}
    for _ in range(6):
        deep = {"not": deep}
    for query, why in (
        (deep, "deep"),
        ({"all": [{"tag": "a"}] * 33}, "1 to 32"),
        ({"text": "w " * 300}, "512"),
    ):
        reply = await post(service, zoo, query=query)
        assert (reply.status, reply.headers["Content-Type"]) == (400, "application/problem+json")
        assert why in str(reply.json["detail"])
    assert (await service.call("GET", "/search?q=a&q=b", zoo)).status == 400
