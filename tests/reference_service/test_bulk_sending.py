"""A change that makes Elasticsearch refuse a whole request is found, and holds up nobody else's."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import aiohttp
import pytest
import pytest_asyncio
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import ApiError

from reference_service.documents.document import Document
from reference_service.ports.bulk_request import Fate, Place
from reference_service.ports.bulk_sending import send_in_parts
from reference_service.ports.dependency_tls import DependencyTls
from reference_service.ports.elasticsearch import Elasticsearch, is_fault, make_client
from reference_service.ports.index_definition import IndexDefinition
from reference_service.ports.outbox_batch import OutboxRow
from reference_service.resilience import (
    Breaker,
    BreakerPolicy,
    Deadline,
    DependencyUnavailableError,
    Guard,
    GuardRules,
)
from reference_service.search.elasticsearch_query import Json
from reference_service.writes.change import ChangeKind
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, Tenant, TestBed
from tests.reference_service.size_front import size_front
from tests.reference_service.writing import bulk, index, items_of, job_in

stack = pytest.mark.stack
PREFIX, TENANT = "parts", "sender"
LONGEST_ID = 512  # bytes, of Elasticsearch's


def row(sequence: int, document_id: str = "", content: str = "c") -> OutboxRow:
    document_json = Document("t", content, ()).stored_json()
    document_id = document_id or f"d-{sequence}"
    return OutboxRow(sequence, TENANT, document_id, sequence + 1, ChangeKind.INDEX, document_json, False)


@asynccontextmanager
async def carrying(url: str) -> AsyncIterator[Elasticsearch]:
    def guard() -> Guard:
        breaker = Breaker(BreakerPolicy(), time.monotonic)
        return Guard("elasticsearch", breaker, GuardRules(is_fault), time.monotonic)

    client = make_client(url, 4, DependencyTls(""))
    made = Elasticsearch(client, guard(), guard(), IndexDefinition(PREFIX, 1, "1s"))
    try:
        yield made
    finally:
        await made.close()


@pytest_asyncio.fixture
async def indexed(bed: TestBed) -> AsyncIterator[aiohttp.ClientSession]:
    """For looking at what is there; the index is gone afterwards."""
    async with aiohttp.ClientSession(bed.elasticsearch_url) as session:
        yield session
        async with session.delete(f"/{PREFIX}-{TENANT}-000001") as response:
            assert response.status in (200, 404)


async def names(session: aiohttp.ClientSession, rows: Sequence[OutboxRow]) -> set[str]:
    body = {"ids": [one.document_id for one in rows]}
    async with session.post(f"/{PREFIX}-{TENANT}/_mget", json=body) as response:
        return {one["_id"] for one in (await response.json())["docs"] if one["found"]}


def in_time() -> Deadline:
    return Deadline.after(20.0, time.monotonic)


@stack
async def test_one_that_elasticsearch_refuses_the_whole_request_for_is_found_and_dies_alone(
    bed: TestBed, indexed: aiohttp.ClientSession
) -> None:
    rows = [row(n, "x" * (LONGEST_ID + 1) if n == 13 else "") for n in range(20)]
    async with carrying(bed.elasticsearch_url) as elasticsearch:
        outcomes = {one.row.sequence: one for one in await elasticsearch.apply(rows, in_time())}
    assert {n for n, one in outcomes.items() if one.fate is Fate.DEAD} == {13}
    assert "too long" in outcomes[13].error
    assert {n for n, one in outcomes.items() if one.fate is Fate.DONE} == set(range(20)) - {13}
    good = [one for one in rows if one.sequence != 13]
    assert await names(indexed, good) == {one.document_id for one in good}


@stack
async def test_what_is_too_large_in_one_request_is_sent_in_several_and_what_is_too_large_alone_dies(
    bed: TestBed, indexed: aiohttp.ClientSession
) -> None:
    rows = [row(n, content="c" * (20_000 if n == 5 else 2_000)) for n in range(12)]
    async with size_front(bed.elasticsearch_url, 10_000) as front, carrying(front.url) as elasticsearch:
        outcomes = {one.row.sequence: one for one in await elasticsearch.apply(rows, in_time())}
    assert {n for n, one in outcomes.items() if one.fate is Fate.DEAD} == {5}
    assert "413" in outcomes[5].error
    assert len(outcomes) == 12
    assert len(await names(indexed, rows)) == 11


@stack
async def test_a_refusal_that_would_meet_every_change_kills_none(
    bed: TestBed, indexed: aiohttp.ClientSession
) -> None:
    async with size_front(bed.elasticsearch_url, 1_000_000) as front, carrying(front.url) as elasticsearch:
        await elasticsearch.apply([row(0)], in_time())
        front.speaks = 2
        outcomes = await elasticsearch.apply([row(1), row(2)], in_time())
    assert {one.fate for one in outcomes} == {Fate.PUT_OFF}
    assert all("media_type_header_exception" in one.error for one in outcomes)


@stack
async def test_a_refused_document_is_its_admin_s_to_see_and_to_try_again(
    bed: TestBed, acme: Tenant, service: ServiceProcess
) -> None:
    boss = await bed.add_key(acme, "admin")
    async with size_front(bed.elasticsearch_url, 40_000) as front:
        narrow = ServiceProcess(
            bed,
            bed.ports.port_base + SERVICE_OFFSET + 1,
            SERVICE_WORKER="1",
            SERVICE_ELASTICSEARCH_URL=front.url,
        )
        await service.stop()
        try:
            await narrow.start()
            await narrow.wait_for("ready", 15)
            large = index("size-large")
            large["index"] = {"id": "size-large", "title": "t", "content": "c" * 50_000}
            receipt = await bulk(narrow, acme, *(index(f"size-{n}") for n in range(30)), large)
            job = await job_in(narrow, acme, receipt.json["job_id"], "failed")
            assert {one["id"] for one in items_of(job) if one["state"] == "failed"} == {"size-large"}
            asked = len(front.refused)
            letters = (await narrow.call("GET", "/admin/dead-letters", boss)).json["dead_letters"]
            assert isinstance(letters, list)
            assert [(one["document_id"], "413" in one["error"]) for one in letters] == [("size-large", True)]
            # It is not sent again and again.
            after = await bulk(narrow, acme, index("size-after"))
            await job_in(narrow, acme, after.json["job_id"], "indexed")
            assert len(front.refused) == asked
            front.most_bytes = 1_000_000
            assert (await narrow.call("POST", "/admin/dead-letters/retry", boss)).json["retried"] == 1
            await job_in(narrow, acme, receipt.json["job_id"], "indexed")
        finally:
            await narrow.stop()
            await service.start()


async def test_what_was_taken_before_the_time_was_over_is_known_and_the_rest_is_given_again() -> None:
    sent: list[int] = []

    async def send(places: Sequence[Place]) -> Sequence[Mapping[str, Json]]:
        sent.append(len(places))
        if len(places) > 2:
            raise ApiError("too large", meta=meta(413), body="")
        if 4 in {place.row.sequence for place in places}:
            raise DependencyUnavailableError("elasticsearch", "no answer")
        return [{"index": {"status": 201}} for _ in places]

    rows = [row(n) for n in range(8)]
    outcomes = await send_in_parts(rows, places, send)
    assert [(one.row.sequence, one.fate) for one in outcomes] == [(n, Fate.DONE) for n in range(4)]
    assert sent == [8, 4, 2, 2, 4, 2]
    with pytest.raises(DependencyUnavailableError):
        await send_in_parts(rows[4:6], places, send)


def places(rows: Sequence[OutboxRow]) -> Sequence[Place]:
    return [Place(one, "alias") for one in rows]


def meta(status: int) -> ApiResponseMeta:
    return ApiResponseMeta(status, "1.1", HttpHeaders(), 0.0, NodeConfig("http", "localhost", 9200))
