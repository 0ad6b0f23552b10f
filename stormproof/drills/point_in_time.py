"""A wrong statement on the primary, and so on its standby: PostgreSQL goes back to just before it."""

from datetime import UTC, datetime
from pathlib import Path

import stack
from stormproof.drills.action import DrillAction
from stormproof.drills.context import DrillContext
from stormproof.drills.part_steps import kill, start
from stormproof.drills.postgres_servers import execute, other_server, primary_of

NOTICED_AFTER_S = 0.5
"""How long the statement goes unnoticed: in production people's time, and most of what is lost."""
_WITHIN_S = 60.0
_WRONG = ("DELETE FROM document_metadata", "DELETE FROM outbox")
_COUNT = "SELECT count(*) FROM document_metadata"


def _run(context: DrillContext) -> None:
    settings = context.settings
    primary = primary_of(settings)
    standby = other_server(settings, primary)
    with context.step("a base backup is taken"):
        backup = stack.base_backup(settings, primary)
    context.wait(4.0)
    before = execute(settings, primary, _COUNT)
    until = datetime.fromtimestamp(float(str(execute(settings, primary, _NOW))), UTC)
    context.fail("a wrong statement deletes what is known of all documents")
    execute(settings, primary, *_WRONG)
    context.wait(NOTICED_AFTER_S)
    with context.step("both servers are stopped, and the rest of the log is kept"):
        kill(context, primary, standby)
        stack.archive_rest(settings, primary)
        for server in (primary, standby):
            stack.set_aside(settings, settings.part_dir(server))
    with context.step("the base backup is laid out and recovered to just before"):
        _recover(context, primary, backup, until)
    with context.step("the service finds it"):
        context.until("writes are replicated again", context.probe.writes_replicated, _WITHIN_S)
    context.restored()
    context.notes.append(f"{before} rows of documents before the statement; it was noticed after 0.5 s")
    with context.step(f"{standby} is copied anew and follows"):
        start(context, standby)


def _recover(context: DrillContext, server: str, backup: Path, until: datetime) -> None:
    stack.prepare_recovery(context.settings, server, backup, until)
    start(context, server)
    resets = tuple(f"ALTER SYSTEM RESET {name}" for name in stack.RECOVERY_SETTINGS)
    execute(context.settings, server, *resets, "SELECT pg_reload_conf()")


_NOW = "SELECT extract(epoch FROM clock_timestamp())"

ACTION = DrillAction(_run)
