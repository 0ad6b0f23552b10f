"""Locust's web UI as a browser uses it."""

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

from evidence.free_port import free_port
from tests.loadtests.processes import Bench, Generator
from tests.loadtests.waiting import wait_until


@dataclass(frozen=True, slots=True)
class WebUi:
    """A Locust that is driven by its form."""

    locust: Generator
    url: str

    def get(self, path: str) -> str:
        """A page."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=30) as answer:  # noqa: S310 -- loopback http
            text: str = answer.read().decode()
            return text

    def post(self, path: str, **fields: str) -> dict[str, Any]:
        """What a button sends."""
        data = urllib.parse.urlencode(fields).encode()
        with urllib.request.urlopen(f"{self.url}{path}", data, timeout=90) as answer:  # noqa: S310 -- loopback http
            said: dict[str, Any] = json.loads(answer.read())
            return said

    def state(self) -> str:
        """As the page shows it."""
        return str(json.loads(self.get("/stats/requests"))["state"])

    def worker_count(self) -> int:
        """As the page shows it."""
        return int(json.loads(self.get("/worker-count"))["worker_count"])

    def wait_for_state(self, state: str) -> None:
        """Until it shows this."""
        wait_until(lambda: self.state() == state, f"state {state}", timeout_s=60)

    def wait_for_log(self, text: str) -> None:
        """Until it has logged this."""
        wait_until(lambda: text in self.locust.log, f"{text!r} in the log", timeout_s=60)


def start_web_ui(bench: Bench, *arguments: str, **options: Any) -> WebUi:
    """Locust with its web UI, ready."""
    port = free_port()
    locust = bench.locust("--web-host", "127.0.0.1", "--web-port", str(port), *arguments, **options)
    ui = WebUi(locust, f"http://127.0.0.1:{port}")

    def ready() -> bool:
        assert locust.process.poll() is None, locust.log
        try:
            return bool(ui.get("/"))
        except urllib.error.URLError:
            return False

    wait_until(ready, "the web UI", timeout_s=60)
    return ui
