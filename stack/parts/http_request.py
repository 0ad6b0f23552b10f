"""One small HTTP request with a time limit."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass

from stack.layout import HOST
from stack.parts.part import Unanswered, reason


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status and body of an answer."""

    status: int
    body: bytes

    def json_object(self) -> Mapping[str, object]:
        """The body. Raises Unanswered when it is not a JSON object."""
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise Unanswered(f"answers HTTP {self.status} without a JSON object: {self.body[:80]!r}")
        return value


def http_request(
    port: int, method: str, path: str, *, timeout_s: float, content: object = None
) -> HttpAnswer:
    """Raises Unanswered when there is no answer in time."""
    connection = http.client.HTTPConnection(HOST, port, timeout=timeout_s)
    try:
        body = None if content is None else json.dumps(content)
        headers = {"User-Agent": "stormproof", **({"Content-Type": "application/json"} if body else {})}
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return HttpAnswer(response.status, response.read())
    except (OSError, http.client.HTTPException) as error:
        raise Unanswered(f"{method} {path}: {reason(error)}") from error
    finally:
        connection.close()
