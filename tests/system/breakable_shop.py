"""A service that a foreign experiment breaks and mends over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

EXPERIMENT = """
title: The shop is closed
description: Every request is answered with 500 while it is.
configuration: {{shop: "{url}", hold_s: 3}}
steady-state-hypothesis:
  title: The shop is open
  probes:
    - type: probe
      name: open
      tolerance: 200
      provider: {{type: http, url: "${{shop}}/lamp", timeout: 5}}
method:
  - type: action
    name: close
    provider: {{type: http, url: "${{shop}}/close", method: POST, timeout: 5}}
  - type: action
    name: stay-closed
    provider:
      {{type: python, module: chaos.actions, func: hold, arguments: {{duration_s: "${{hold_s}}"}}}}
  - &open
    type: action
    name: open
    provider: {{type: http, url: "${{shop}}/open", method: POST, timeout: 5}}
rollbacks:
  - *open
runtime: {{rollbacks: {{strategy: always}}}}
"""

SCENARIO = """
name: shopping
duration_s: 10
operations: [{name: look, path: /lamp}]
personas: [{name: visitor, rate_per_s: 20, operations: [{name: look, weight: 1}]}]
"""

OBJECTIVE = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: availability}
spec:
  service: shop
  indicator:
    metadata: {name: availability}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: stormproof, spec: {indicator: availability}}}
        total: {metricSource: {type: stormproof, spec: {indicator: requests}}}
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
"""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    is_open = True


class _Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._answer(200 if self.server.is_open else 500)

    def do_POST(self) -> None:
        self.server.is_open = self.path == "/open"
        self._answer(200)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's signature
        """Says nothing."""


class Shop:
    """The service, and the files of a game day on it."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self.url = f"http://127.0.0.1:{server.server_address[1]}"

    @property
    def is_open(self) -> bool:
        return self._server.is_open

    def plan(self, folder: Path, phases: str, further: str = "") -> Path:
        """Its plan, with everything that it names beside it."""
        (folder / "closed.yaml").write_text(EXPERIMENT.format(url=self.url))
        (folder / "load.yaml").write_text(SCENARIO)
        (folder / "slo.yaml").write_text(OBJECTIVE)
        plan = folder / "plan.yaml"
        plan.write_text(
            f"name: shop-day\ntarget: {self.url}\nscenario: load.yaml\nobjectives: slo.yaml\n"
            f"demands: [availability]\n{further}\nphases:\n{phases}"
        )
        return plan


@contextmanager
def breakable_shop() -> Iterator[Shop]:
    """Open within the block, until somebody closes it."""
    server = _Server(("127.0.0.1", 0), _Shop)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Shop(server)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
