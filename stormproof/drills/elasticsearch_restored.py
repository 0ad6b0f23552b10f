"""Elasticsearch and its data are lost; it is restored from a snapshot and catches up from the outbox."""

import stack
from stormproof.drills.action import DrillAction
from stormproof.drills.context import DrillContext
from stormproof.drills.elasticsearch_snapshot import (
    register_repository,
    relay_since,
    restore_snapshot,
    take_snapshot,
)
from stormproof.drills.part_steps import kill, start
from stormproof.drills.toxiproxy_switch import kept_away

_PART = "elasticsearch"
_SINCE_SNAPSHOT_S = 6.0
"""Of load between the snapshot and the failure: what has to come from the outbox."""
_WITHIN_S = 120.0


def _run(context: DrillContext) -> None:
    ports, settings = context.ports, context.settings
    snapshot = context.folder.id.lower()
    with context.step("a snapshot is taken"):
        register_repository(ports)
        snapshot_ns = context.clock.now_ns()
        take_snapshot(ports, snapshot)
    context.wait(_SINCE_SNAPSHOT_S)
    context.fail("killing Elasticsearch, and its data are gone")
    kill(context, _PART)
    stack.set_aside(settings, settings.part_dir(_PART) / "data")
    # The relay would make empty indices where the restored ones are to be.
    with kept_away(ports, _PART):
        with context.step("an empty node starts"):
            start(context, _PART)
        with context.step("the snapshot is restored"):
            register_repository(ports)
            restore_snapshot(ports, snapshot)
        relay_since(settings, snapshot_ns)
    with context.step("what was accepted since is relayed again"):
        context.until("no change waits", context.probe.indexed_all, _WITHIN_S)
    context.restored()


ACTION = DrillAction(_run)
