"""Whoever logs never waits for whoever reads."""

import asyncio
import os
import threading
from collections.abc import Iterator

import pytest

from reference_service.observability.log_sink import LogSink
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, Tenant, TestBed


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def told(number: int) -> bytes:
    return b"%d dropped\n" % number


def test_lines_that_nobody_reads_are_dropped_and_counted_and_the_others_come_in_order(
    pipe: tuple[int, int],
) -> None:
    source, target = pipe
    sink = LogSink(target, 200_000, told)
    line = b"x" * 99 + b"\n"
    for _ in range(10_000):
        sink.write(line)
    assert not sink.drain(0.0)
    received = bytearray()

    def read() -> None:
        while not received.endswith(b"last\n"):
            received.extend(os.read(source, 65_536))

    reader = threading.Thread(target=read)
    reader.start()
    assert sink.drain(10)
    sink.write(b"first\n")
    assert sink.drain(10)
    sink.write(b"last\n")
    reader.join(10)
    lines = bytes(received).splitlines(keepends=True)
    kept = lines.count(line)
    assert 1900 < kept < 10_000
    assert told(10_000 - kept) in lines
    assert [each for each in lines if each not in {line, told(10_000 - kept)}] == [b"first\n", b"last\n"]


def test_a_reader_that_has_gone_costs_lines_only() -> None:
    gone, away = os.pipe()
    os.close(gone)
    sink = LogSink(away, 1000, told)
    sink.write(b"to nobody\n")
    assert sink.drain(10)
    os.close(away)


@pytest.mark.stack
async def test_a_service_whose_log_nobody_reads_answers_and_stops(bed: TestBed, acme: Tenant) -> None:
    deaf = ServiceProcess(
        bed,
        bed.ports.port_base + SERVICE_OFFSET + 1,
        SERVICE_WORKER="42",
        SERVICE_LOG_LEVEL="INFO",
        SERVICE_BURST="10000",
    )
    await deaf.start(log_is_read=False)
    async with asyncio.timeout(60):
        for n in range(600):
            assert (await deaf.search(acme, f"unread{n % 5}")).status == 200
        assert await deaf.stop() == 0
