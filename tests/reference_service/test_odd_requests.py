"""Paths that are no text, and bodies that do not come whole: refused, and no failure of the service."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson
import pytest

from tests.reference_service.service_process import ServiceProcess, Tenant

pytestmark = pytest.mark.stack
DOCUMENT = orjson.dumps({"title": "t", "content": "c"})


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    problem: dict[str, object]


async def answer_to(service: ServiceProcess, sent: bytes) -> Answer:
    """To exactly these bytes."""
    split = urlsplit(service.url)
    reader, writer = await asyncio.open_connection(split.hostname, split.port)
    writer.write(sent)
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"Content-Length: (\d+)", head)
        body = await reader.readexactly(int(length[1])) if length is not None else b""
    writer.close()
    return Answer(int(head.split()[1]), orjson.loads(body) if body else {})


def request(tenant: Tenant, line: bytes, *headers: bytes, body: bytes = b"") -> bytes:
    key = f"Authorization: Bearer {tenant.api_key}".encode()
    return b"\r\n".join([line + b" HTTP/1.1", b"Host: x", b"Connection: close", key, *headers, b"", body])


@pytest.mark.parametrize("path", [b"/search?q=\xff", b"/search?q=x&\xff=1", b"/jobs/\xff", b"/\xff"])
async def test_a_path_that_is_no_text_is_refused(service: ServiceProcess, acme: Tenant, path: bytes) -> None:
    answer = await answer_to(service, request(acme, b"GET " + path))
    assert answer.status == 400, answer.problem


JSON = b"Content-Type: application/json"
PACKED = gzip.compress(DOCUMENT)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ((b"Content-Encoding: gzip",), DOCUMENT),
        ((b"Content-Encoding: deflate",), DOCUMENT),
        ((b"Content-Encoding: gzip",), PACKED[:20]),
    ],
    ids=["not packed", "not deflated", "cut"],
)
async def test_a_body_that_is_not_packed_as_its_head_says_is_refused(
    service: ServiceProcess, acme: Tenant, headers: tuple[bytes, ...], body: bytes
) -> None:
    length = b"Content-Length: %d" % len(body)
    answer = await answer_to(service, request(acme, b"POST /documents", JSON, length, *headers, body=body))
    assert answer.status == 400, answer.problem


async def test_a_body_that_cannot_be_unpacked_is_no_error_of_the_service(
    service: ServiceProcess, acme: Tenant
) -> None:
    errors = service.log().count('"level":"error"')
    head = (JSON, b"Content-Encoding: br", b"Content-Length: %d" % len(DOCUMENT))
    answer = await answer_to(service, request(acme, b"POST /documents", *head, body=DOCUMENT))
    assert answer.status == 400, answer.problem
    assert service.log().count('"level":"error"') == errors


@pytest.mark.parametrize("path", [b"/search?q=x", b"/no-such-path"])
@pytest.mark.parametrize("expected", [b"something else", b"\xff"])
async def test_an_expectation_that_nobody_knows_is_refused(
    service: ServiceProcess, acme: Tenant, path: bytes, expected: bytes
) -> None:
    answer = await answer_to(service, request(acme, b"GET " + path, b"Expect: " + expected))
    assert (answer.status, answer.problem["type"]) == (417, "urn:document-search:problem:expectation-failed")


async def test_a_packed_body_is_read(service: ServiceProcess, acme: Tenant) -> None:
    head = (JSON, b"Content-Encoding: gzip", b"Content-Length: %d" % len(PACKED))
    answer = await answer_to(service, request(acme, b"POST /documents", *head, body=PACKED))
    assert answer.status == 202


async def test_a_chunk_that_is_none_is_refused(service: ServiceProcess, acme: Tenant) -> None:
    head = (JSON, b"Transfer-Encoding: chunked")
    answer = await answer_to(service, request(acme, b"POST /documents", *head, body=b"zz\r\n{}\r\n"))
    assert answer.status == 400, answer.problem


async def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_failure_of_the_service(
    service: ServiceProcess, acme: Tenant
) -> None:
    split = urlsplit(service.url)
    before = await answers_by_status(service)
    _, writer = await asyncio.open_connection(split.hostname, split.port)
    writer.write(request(acme, b"POST /documents", JSON, b"Content-Length: 1000", body=b"{"))
    await writer.drain()
    async with asyncio.timeout(5):
        while not await service.metric("requests_under_way"):
            await asyncio.sleep(0.01)
    writer.close()
    async with asyncio.timeout(5):
        while await service.metric("requests_under_way"):
            await asyncio.sleep(0.01)
    assert await answers_by_status(service) - before == Counter({"400": 1})


async def answers_by_status(service: ServiceProcess) -> Counter[str]:
    """Of all requests for new documents so far."""
    text = (await service.call("GET", "/metrics")).content.decode()
    found: Counter[str] = Counter()
    for status, number in re.findall(
        r'http_requests_total{method="POST",path="/documents",status="(\d+)",[^}]*} (\S+)', text
    ):
        found[status] += int(float(number))
    return found


async def test_a_body_that_does_not_come_in_time_is_late_by_its_client(
    service: ServiceProcess, acme: Tenant
) -> None:
    head = (JSON, b"Content-Length: %d" % len(DOCUMENT))
    answer = await answer_to(service, request(acme, b"POST /documents", *head, body=DOCUMENT[:-1]))
    assert answer.status == 408, answer.problem
    assert answer.problem["type"] == "urn:document-search:problem:body-too-slow"
