"""Asking a Prometheus over HTTP."""

import http.client
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from slo.prometheus.answers import Answer, label_values, native_buckets, range_answer
from slo.prometheus.connection import Connection
from slo.prometheus.errors import PrometheusError

type Ask = Callable[[str, dict[str, str]], bytes]
"""The body of an answer to a path of the API and its parameters. Raises PrometheusError."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Instants at which series are looked at: `count` of them."""

    start_s: int
    step_s: int
    count: int

    @property
    def end_s(self) -> int:
        """The last."""
        return self.start_s + (self.count - 1) * self.step_s


@dataclass(frozen=True, slots=True)
class Api:
    """The questions that are asked. Every method raises PrometheusError."""

    ask: Ask
    _kept: dict[tuple[str, Grid], Answer] = field(default_factory=dict)

    def over(self, expression: str, grid: Grid) -> Answer:
        """The series of an expression on a grid. What several objectives ask is asked once a grid."""
        key = (expression, grid)
        if key not in self._kept:
            if any(known != grid for _, known in self._kept):
                self._kept.clear()
            parameters = {
                "query": expression,
                "start": str(grid.start_s),
                "end": str(grid.end_s),
                "step": str(grid.step_s),
            }
            body = self.ask("query_range", parameters)
            self._kept[key] = range_answer(body, grid.start_s, grid.count, grid.step_s)
        return self._kept[key]

    def bucket_edges(self, selector: str, start_s: int, end_s: int) -> tuple[str, ...]:
        """The `le` labels of a classic histogram's series."""
        parameters = {"match[]": selector, "start": str(start_s), "end": str(end_s)}
        return label_values(self.ask("label/le/values", parameters))

    def native_buckets(self, selector: str, at_s: int) -> tuple[tuple[float, float], ...]:
        """Edges of the buckets that native histograms have at an instant."""
        return native_buckets(self.ask("query", {"query": selector, "time": str(at_s)}))


def asking(connection: Connection) -> Ask:
    """Asks the server of a connection."""
    base = connection.url.rstrip("/")

    def ask(path: str, parameters: dict[str, str]) -> bytes:
        url = f"{base}/api/v1/{path}"
        body = None if path.startswith("label/") else urlencode(parameters).encode()
        if body is None:
            url = f"{url}?{urlencode(parameters)}"
        request = Request(url, data=body, headers=_headers(connection))  # noqa: S310 -- the connection has checked it
        try:
            with urlopen(request, timeout=connection.timeout_s) as answer:  # noqa: S310 -- the same
                return bytes(answer.read())
        except HTTPError as error:
            text = error.read()
            if text.startswith(b'{"status":"error"'):
                return text
            told = f"{error.code} {error.reason}"
            raise PrometheusError(f"{url}: answers {told}: check the address and the rights.") from error
        except (URLError, TimeoutError, OSError, http.client.HTTPException) as error:
            told = str(getattr(error, "reason", error))
            raise PrometheusError(f"{url}: {told}: is a Prometheus listening there?") from error

    return ask


def _headers(connection: Connection) -> dict[str, str]:
    headers = dict(connection.headers)
    if connection.bearer_token_file is not None:
        try:
            token = connection.bearer_token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise PrometheusError(f"{connection.bearer_token_file}: cannot be read: {error}.") from error
        headers["Authorization"] = f"Bearer {token}"
    return headers
