"""Every part, its data, the service and its journal are lost, and built again from backups."""

import stack
from stormproof.drills.action import DrillAction
from stormproof.drills.context import DrillContext
from stormproof.drills.elasticsearch_snapshot import (
    register_repository,
    relay_since,
    restore_snapshot,
    take_snapshot,
)
from stormproof.drills.own_service import own_service, start_own_service
from stormproof.drills.part_steps import kill
from stormproof.drills.postgres_servers import execute, primary_of
from stormproof.run.service import SERVICE

_SINCE_BACKUP_S = 12.0
_WITHIN_S = 120.0


def _run(context: DrillContext) -> None:
    ports, settings = context.ports, context.settings
    snapshot = context.folder.id.lower()
    with context.step("a snapshot and a base backup are taken"):
        register_repository(ports)
        snapshot_ns = context.clock.now_ns()
        take_snapshot(ports, snapshot)
        backup = stack.base_backup(settings, primary_of(settings))
    context.wait(_SINCE_BACKUP_S)
    context.fail("killing every part and the service; their data are gone")
    names = tuple(one.name for one in stack.registry(settings).processes if one.role == "part")
    kill(context, SERVICE, *names)
    for name in names:
        stack.set_aside(settings, settings.part_dir(name))
    stack.set_aside(settings, context.home.state_dir / "journal")
    with context.step("PostgreSQL is laid out from its base backup; every part starts"):
        stack.prepare_recovery(settings, "postgres", backup, None)
        stack.up(settings, keep_aside=True)
        resets = tuple(f"ALTER SYSTEM RESET {name}" for name in stack.RECOVERY_SETTINGS)
        execute(settings, "postgres", *resets, "SELECT pg_reload_conf()")
    with context.step("the snapshot is restored"):
        register_repository(ports)
        restore_snapshot(ports, snapshot)
        relay_since(settings, snapshot_ns)
    with context.step("the service starts"):
        start_own_service(context)
        context.until("writes are replicated again", context.probe.writes_replicated, _WITHIN_S)
    with context.step("what was accepted since the snapshot is relayed again"):
        context.until("no change waits", context.probe.indexed_all, _WITHIN_S)
    context.restored()


ACTION = DrillAction(_run, service=own_service)
