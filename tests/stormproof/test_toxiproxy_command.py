"""A Toxiproxy of one's own is had with one command."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from evidence.free_port import free_port
from stormproof.cli.app import build_app
from tests.stack.waiting import wait_until


def proxies(folder: Path, *listed: Mapping[str, object]) -> Path:
    path = folder / "toxiproxy.json"
    path.write_text(json.dumps(listed))
    return path


def said(folder: Path, *arguments: str) -> tuple[int, str]:
    environment = {"STORMPROOF_HOME": str(folder / "home"), "COLUMNS": "500"}
    ended = CliRunner().invoke(build_app(), ["toxiproxy", *arguments], env=environment)
    return ended.exit_code, ended.output


def test_it_runs_with_the_proxies_of_the_file_until_it_is_interrupted(tmp_path: Path) -> None:
    port, listen = free_port(), free_port()
    config = proxies(tmp_path, {"name": "stock", "listen": f"127.0.0.1:{listen}", "upstream": "127.0.0.1:9"})
    command = (sys.executable, "-m", "stormproof", "toxiproxy", "--config", str(config), "--port", str(port))
    # In the home of the tests' stack, whose programs are there.
    with subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: "stock" in known_proxies(port), timeout_s=120)
            assert known_proxies(port)["stock"]["listen"] == f"127.0.0.1:{listen}"
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) is not None


def known_proxies(port: int) -> dict[str, dict[str, object]]:
    """What its admin interface tells; nothing while it is not there."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/proxies", timeout=2) as answer:
            found: dict[str, dict[str, object]] = json.load(answer)
            return found
    except (URLError, OSError):
        return {}


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ({"name": "stock", "listen": "127.0.0.1:1"}, "upstream: missing"),
        ({"name": "stock", "listen": "127.0.0.1", "upstream": "a:1"}, "listen: '127.0.0.1'"),
        ({"name": "stock", "listen": "a:1", "upstream": "a:2", "enabld": True}, "enabld"),
    ],
)
def test_a_file_that_toxiproxy_would_pass_over_is_refused(
    listed: Mapping[str, object], told: str, tmp_path: Path
) -> None:
    code, output = said(tmp_path, "--config", str(proxies(tmp_path, listed)))
    assert code == 2
    assert told in output
    assert "It must be a JSON list" in output


def test_a_port_that_is_taken_is_told_before_anything_is_downloaded(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        listed = {"name": "stock", "listen": "127.0.0.1:1", "upstream": "127.0.0.1:2"}
        code, output = said(tmp_path, "--config", str(proxies(tmp_path, listed)), "--port", str(port))
    assert code == 2
    assert f"--port {port}" in output
    assert "taken by" in output
    assert not (tmp_path / "home").exists()
