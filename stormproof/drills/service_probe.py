"""What a drill asks of the service itself, to know when its function is back."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from evidence.tenants_record import Tenant

_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True)
class ServiceProbe:
    """A client with one tenant's key. Its document is no part of what a drill counts."""

    url: str
    tenant: Tenant

    def writes_replicated(self) -> bool:
        """A write is acknowledged, and by PostgreSQL."""
        answer = self._write()
        return answer is not None and answer.headers.get("durability") == "replicated"

    def answers_in_full(self) -> bool:
        """A write is acknowledged, and nothing was missed on the way: its tenant's limit was counted."""
        answer = self._write()
        return answer is not None and "degraded" not in answer.headers

    def _write(self) -> "_Answer | None":
        document = {"id": "drill-probe", "title": "probe", "content": "of a drill", "tags": []}
        return self._ask("POST", "/documents", document)

    def indexed_all(self) -> bool:
        """No accepted change waits for Elasticsearch."""
        answer = self._ask("GET", "/health/ready")
        if answer is None:
            return False
        indexing = cast("Mapping[str, object]", answer.body.get("indexing", {}))
        return indexing.get("pending") == 0

    def _ask(self, method: str, path: str, content: object = None) -> "_Answer | None":
        body = None if content is None else json.dumps(content).encode()
        headers = {"Authorization": f"Bearer {self.tenant.api_key}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, body, headers, method=method)  # noqa: S310 -- loopback http
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 -- loopback http
                told = {name.lower(): value for name, value in answer.headers.items()}
                return _Answer(told, cast("Mapping[str, object]", json.load(answer)))
        except (urllib.error.URLError, OSError, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class _Answer:
    headers: Mapping[str, str]
    body: Mapping[str, object]
