"""Elasticsearch over HTTP, a connection for each request."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from pydantic import JsonValue

from chaos.address import Address
from chaos.errors import AdminError

TIMEOUT_S = 5.0
"""A change of settings waits for the cluster's state to be written: some hundred ms on two busy cores."""


@dataclass(frozen=True, slots=True)
class ElasticsearchAdmin:
    """What faults change in a cluster. Every method raises AdminError."""

    address: Address

    def cluster_setting(self, name: str) -> str | None:
        """What is set persistently; None where the default holds."""
        settings = self._done("GET", "/_cluster/settings?flat_settings=true")
        persistent = settings.get("persistent") if isinstance(settings, Mapping) else None
        value = persistent.get(name) if isinstance(persistent, Mapping) else None
        return None if value is None else str(value)

    def set_cluster_setting(self, name: str, value: str | None) -> None:
        """Set it persistently, so that it outlives a restart as `undo.jsonl` does; None takes it away."""
        self._done("PUT", "/_cluster/settings", {"persistent": {name: value}})

    def index_setting(self, pattern: str, name: str) -> Mapping[str, str | None]:
        """The setting of every open index that the pattern names."""
        path = f"/{quote(pattern, safe='*,-')}/_settings/{name}?flat_settings=true&expand_wildcards=open"
        found = self._done("GET", path)
        named = self.indices(pattern)
        return {index: _setting(found, index, name) for index in named}

    def indices(self, pattern: str) -> tuple[str, ...]:
        """The open indices that a pattern names, by name."""
        path = (
            f"/{quote(pattern, safe='*,-')}/_settings?filter_path=*.settings.index.uuid&expand_wildcards=open"
        )
        found = self._done("GET", path)
        return tuple(sorted(found)) if isinstance(found, Mapping) else ()

    def set_index_setting(self, indices: tuple[str, ...], name: str, value: str | bool | None) -> None:
        """Set it in each of these indices that is still there; None takes it away."""
        if indices:
            path = f"/{quote(','.join(indices), safe=',-')}/_settings?ignore_unavailable=true"
            self._done("PUT", path, {name: value})

    def primaries(self, indices: tuple[str, ...]) -> tuple[tuple[str, int, str], ...]:
        """Index, number and node of every started primary shard."""
        path = (
            f"/_cat/shards/{quote(','.join(indices), safe=',-')}?format=json&h=index,shard,prirep,state,node"
        )
        rows = self._done("GET", path)
        if not isinstance(rows, list):
            raise AdminError(f"Elasticsearch at {self.address} told no shards: {str(rows)[:200]}.")
        return tuple(
            (str(row["index"]), int(str(row["shard"])), str(row["node"]))
            for row in rows
            if isinstance(row, Mapping) and row["prirep"] == "p" and row["state"] == "STARTED"
        )

    def cancel_primaries(self, shards: tuple[tuple[str, int, str], ...]) -> None:
        """Take these primaries from their nodes; they are allocated again where settings let them be."""
        commands: list[JsonValue] = [
            {"cancel": {"index": index, "shard": shard, "node": node, "allow_primary": True}}
            for index, shard, node in shards
        ]
        self._done("POST", "/_cluster/reroute?metric=none", {"commands": commands})

    def reroute(self) -> None:
        """Allocate what can be allocated, now."""
        self._done("POST", "/_cluster/reroute?metric=none&retry_failed=true", {})

    def _done(self, method: str, path: str, body: JsonValue = None) -> JsonValue:
        connection = http.client.HTTPConnection(self.address.host, self.address.port, timeout=TIMEOUT_S)
        try:
            content = None if body is None else json.dumps(body).encode()
            connection.request(method, path, content, {"content-type": "application/json"})
            response = connection.getresponse()
            document = _read(response.read())
        except (OSError, http.client.HTTPException) as error:
            raise AdminError(
                f"Elasticsearch at {self.address} does not answer {method} {path}: {error!r}. "
                "Look with: stormproof status"
            ) from error
        finally:
            connection.close()
        if not 200 <= response.status < 300:
            raise AdminError(
                f"Elasticsearch at {self.address} refuses {method} {path}: {response.status}: "
                f"{str(document)[:300]}."
            )
        return document


def _setting(found: JsonValue, index: str, name: str) -> str | None:
    of_index = found.get(index) if isinstance(found, Mapping) else None
    settings = of_index.get("settings") if isinstance(of_index, Mapping) else None
    value = settings.get(name) if isinstance(settings, Mapping) else None
    return None if value is None else str(value)


def _read(body: bytes) -> JsonValue:
    try:
        document: JsonValue = json.loads(body)
    except ValueError:
        return body[:300].decode(errors="replace")
    return document
