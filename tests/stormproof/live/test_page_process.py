"""Whatever becomes of the page's process, the command goes on."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from stormproof.live.messages import Ending, LoadBegins, Step, line_of, message_of
from stormproof.live.page_process import LivePage, start_page


@pytest.fixture
def page(tmp_path: Path) -> Iterator[LivePage]:
    started, _ = start_page("tried", (0,), tmp_path / "logs/page.log", lambda: None)
    try:
        yield started
    finally:
        started.kill()


def test_a_page_that_takes_nothing_holds_up_nobody(page: LivePage) -> None:
    psutil.Process(page.pid).suspend()
    began_s = time.monotonic()
    for number in range(50_000):
        page.step("seed", f"document {number} of a corpus " + "x" * 100, done=False, failed=False)
    page.load_begins(Path("run-of-\udcff"), None)  # a path that is no text
    page.ends(Ending("MET", ()))
    assert time.monotonic() - began_s < 10


def test_a_page_that_is_gone_is_told_on_and_nobody_minds(page: LivePage) -> None:
    psutil.Process(page.pid).kill()
    for number in range(5_000):
        page.step("seed", str(number), done=False, failed=False)
    page.ends(Ending("MET", ()))
    page.ends(Ending("MISSED", ()))


def test_with_nobody_who_looks_it_ends_with_the_command(page: LivePage) -> None:
    process = psutil.Process(page.pid)
    page.ends(Ending("MET", ()))
    process.wait(20)


def test_the_first_port_that_is_free_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"port {port} of 127.0.0.1: Address already in use"):
            start_page("tried", (port,), tmp_path / "page.log", lambda: None)
        page, address = start_page("tried", (port, 0), tmp_path / "page.log", lambda: None)
        page.kill()
        assert f":{port}/" not in address


def test_messages_are_read_as_they_were_written_and_cut_ones_passed_over() -> None:
    for message in (
        Step("load", "goes on", done=True),
        LoadBegins("/runs/one", 60.0),
        Ending("MET", ("all held",), "/runs/one", "/runs/one/report.html"),
    ):
        line = line_of(message)
        assert message_of(line) == message
        assert message_of(line[: len(line) // 2]) is None
