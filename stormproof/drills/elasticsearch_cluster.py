"""What a drill asks of Elasticsearch itself, on a node's own port."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from evidence.ports import HOST, StackPorts
from stormproof.drills.context import NotRecovered

NODES = ("elasticsearch", "elasticsearch-2", "elasticsearch-3")
_STATUSES = ("red", "yellow", "green")
_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class ClusterHealth:
    """Nodes and colour, as one node tells; none and red where it does not answer."""

    nodes: int
    status: str

    def has(self, *, nodes: int, status: str) -> bool:
        """That many nodes, and that colour or a better one."""
        return self.nodes == nodes and _STATUSES.index(self.status) >= _STATUSES.index(status)


def cluster(ports: StackPorts, node: str) -> ClusterHealth:
    """How it is now."""
    try:
        told = ask(ports, node, "GET", "/_cluster/health?timeout=1s")
    except NotRecovered:
        return ClusterHealth(0, "red")
    return ClusterHealth(int(str(told["number_of_nodes"])), str(told["status"]))


def elected_master(ports: StackPorts) -> str:
    """The part that is the elected master. Raises NotRecovered."""
    told = ask(ports, NODES[0], "GET", "/_nodes/_master?filter_path=nodes.*.name")
    nodes = cast("Mapping[str, Mapping[str, str]]", told["nodes"])
    number = int(next(iter(nodes.values()))["name"].rpartition("-")[2])
    return NODES[number - 1]


def ask(ports: StackPorts, node: str, method: str, path: str, content: object = None) -> Mapping[str, object]:
    """The answer's body. Raises NotRecovered for any other status than 2xx, and for none."""
    body = None if content is None else json.dumps(content).encode()
    url = f"http://{HOST}:{ports.direct(node)}{path}"
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 -- loopback http
            return cast("Mapping[str, object]", json.load(answer))
    except urllib.error.HTTPError as error:
        raise NotRecovered(f"{node}: {method} {path}: {error.code} {error.read()[:300]!r}") from error
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise NotRecovered(f"{node}: {method} {path}: {error}") from error
