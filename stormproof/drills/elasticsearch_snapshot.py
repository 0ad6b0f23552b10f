"""Snapshots of the documents' indices, and how an index restored from one catches up."""

import stack
from evidence.ports import StackPorts
from stormproof.drills.elasticsearch_cluster import NODES, ask
from stormproof.drills.postgres_servers import execute, primary_of

_REPOSITORY = "/_snapshot/drill"
_INDICES = "documents-*"

# Every row that was marked as indexed since a little before the snapshot: versions make replays harmless.
_RELAY_AGAIN = """
UPDATE outbox SET indexed_at = NULL, due_at = now()
WHERE indexed_at >= to_timestamp({from_s}) AND dead_at IS NULL
"""
_MARGIN_S = 5.0
"""A row may be marked a little before what it is marked for is in a snapshot."""


def register_repository(ports: StackPorts) -> None:
    """Under its folder within `path.repo`. Raises NotRecovered."""
    content = {"type": "fs", "settings": {"location": "drill"}}
    ask(ports, NODES[0], "PUT", _REPOSITORY, content)


def take_snapshot(ports: StackPorts, name: str) -> None:
    """Returns when it is whole. Raises NotRecovered."""
    content = {"indices": _INDICES, "include_global_state": False}
    ask(ports, NODES[0], "PUT", f"{_REPOSITORY}/{name}?wait_for_completion=true", content)


def restore_snapshot(ports: StackPorts, name: str) -> None:
    """Returns when every primary shard is there. Raises NotRecovered."""
    content = {"indices": _INDICES, "include_global_state": False}
    ask(ports, NODES[0], "POST", f"{_REPOSITORY}/{name}/_restore?wait_for_completion=true", content)


def relay_since(settings: stack.StackSettings, snapshot_ns: int) -> None:
    """Everything accepted since the snapshot goes to Elasticsearch again. Raises asyncpg errors."""
    statement = _RELAY_AGAIN.format(from_s=snapshot_ns / 1e9 - _MARGIN_S)
    execute(settings, primary_of(settings), statement)
