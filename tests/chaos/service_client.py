"""A client of the reference service, and many of them that write all the time."""

import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType

from evidence.ports import HOST
from evidence.tenants_record import Tenant

_ANSWERS_WITHIN_S = 15.0
"""Longer than any deadline of the service."""
_TOLD_WITHIN_S = 30.0
"""A service that was started just now, on a busy machine, can tell of every document by then."""
_TOLD = frozenset({http.client.OK, http.client.NOT_FOUND})
_asked = itertools.count()


@dataclass(frozen=True, slots=True)
class Reply:
    """What the service answered."""

    status: int
    headers: Mapping[str, str]
    json: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Kept:
    """A document that was acknowledged."""

    tenant: Tenant
    document_id: str
    version: int
    durability: str | None


class ServiceClient:
    """On a connection that is kept, until it is cut."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=_ANSWERS_WITHIN_S)

    def ask(self, method: str, path: str, bearer: str, body: Mapping[str, object] | None = None) -> Reply:
        """Raises OSError, http.client.HTTPException where there is no answer; the next one is asked anew."""
        number = next(_asked)
        headers = {
            "Authorization": f"Bearer {bearer}",
            "Content-Type": "application/json",
            # Each from another client: limits go by address while Redis does not answer in time.
            "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        }
        content = None if body is None else json.dumps(body).encode()
        try:
            self._connection.request(method, path, content, headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except BaseException:
            self._connection.close()
            raise
        told = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, told, json.loads(text) if text else {})

    def write(self, tenant: Tenant, document_id: str, title: str) -> Reply:
        """Index a document, new or not."""
        content = {"id": document_id, "title": title, "content": "of a test"}
        return self.ask("POST", "/documents", tenant.api_key, content)

    def read(self, tenant: Tenant, document_id: str) -> Reply:
        """Get it."""
        return self.ask("GET", f"/documents/{document_id}", tenant.api_key)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@dataclass
class Writers:
    """Write one new document after another until the block ends, each tenant's in a thread of its own.

    Each has a connection of its own, so that every worker has some in hand.
    """

    port: int
    tenants: Sequence[Tenant]
    name: str
    """Of their documents."""
    kept: list[Kept] = field(default_factory=list)
    """All that was acknowledged."""
    statuses: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    """Requests that were under way when their connection was cut."""
    refused: list[Reply] = field(default_factory=list)
    """Answers that acknowledge nothing."""

    def __enter__(self) -> "Writers":
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._write_on, args=(one,)) for one in self.tenants]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def _write_on(self, tenant: Tenant) -> None:
        number = 0
        while not self._ending.is_set():
            number += 1
            document_id = f"{self.name}-{number}"
            client = ServiceClient(self.port)
            try:
                reply = client.write(tenant, document_id, f"number {number}")
            except (OSError, http.client.HTTPException) as error:
                self._note_unanswered(error)
            else:
                self._note(tenant, document_id, reply)
            finally:
                client.close()

    def _note_unanswered(self, error: Exception) -> None:
        with self._lock:
            # Nobody listened: that one never got to the service.
            self.unanswered += not isinstance(error, ConnectionRefusedError)

    def _note(self, tenant: Tenant, document_id: str, reply: Reply) -> None:
        with self._lock:
            self.statuses[reply.status] += 1
            if reply.status != http.client.ACCEPTED:
                self.refused.append(reply)
                return
            version = reply.json["version"]
            assert isinstance(version, int)
            self.kept.append(Kept(tenant, document_id, version, reply.headers.get("durability")))


def lost(port: int, kept: Sequence[Kept]) -> list[tuple[Kept, Reply]]:
    """Those that are not found as they were acknowledged, and what was found."""
    client = ServiceClient(port)
    deadline_s = time.monotonic() + _TOLD_WITHIN_S
    found = []
    try:
        for one in kept:
            reply = client.read(one.tenant, one.document_id)
            while reply.status not in _TOLD and time.monotonic() < deadline_s:
                time.sleep(0.05)
                reply = client.read(one.tenant, one.document_id)
            found.append((one, reply))
    finally:
        client.close()
    return [
        (one, reply)
        for one, reply in found
        if reply.status != http.client.OK or reply.json.get("version") != one.version
    ]
