"""PostgreSQL's base backups, and recovery from one and the archived write-ahead log."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from stack import layout as layouts
from stack.cancellation import Cancellation
from stack.errors import PartFailed
from stack.files import remove_tree
from stack.parts.postgres import SUPERUSER
from stack.parts.replicated_postgres import cluster_dir, wal_archive_dir
from stack.programs import POSTGRES, ProgramStore
from stack.settings import StackSettings
from stack.tool import run_tool
from stack.unprivileged_user import make_owned_folder

RECOVERY_SETTINGS = (
    "restore_command",
    "recovery_target_action",
    "recovery_target_time",
    "recovery_target_timeline",
)
"""What `prepare_recovery` sets. To be reset (ALTER SYSTEM RESET) before a standby copies and heeds them."""


def base_backup(settings: StackSettings, server_name: str) -> Path:
    """A copy of the running server, which the archive of its log continues; replaces an earlier one.

    The archive before it is of no use any more and goes, too. Raises PartFailed.
    """
    server = _server(server_name)
    target = settings.backups_dir / "postgres-base"
    remove_tree(target)
    for old in wal_archive_dir(settings).iterdir():
        old.unlink(missing_ok=True)
    make_owned_folder(target, settings.part_user)
    arguments = ("-h", layouts.HOST, "-p", str(server.port(settings.port_base)), "-U", SUPERUSER)
    how = ("--wal-method=none", "--checkpoint=fast", "--no-password", "--no-manifest")
    _run(settings, ("pg_basebackup", *arguments, "-D", str(target / "cluster"), *how), "make a base backup")
    return target / "cluster"


def archive_rest(settings: StackSettings, server_name: str) -> None:
    """What a server that has ended had not archived yet is taken from its disk. Raises PartFailed."""
    log = cluster_dir(settings, _server(server_name)) / "pg_wal"
    script = 'cd "$0" && for f in [0-9A-F]*[0-9A-F]; do test -f "$f" && cp "$f" "$1/$f"; done; true'
    command = ("/bin/sh", "-c", script, str(log), str(wal_archive_dir(settings)))
    _run(settings, command, "archive the rest of its log")


def prepare_recovery(settings: StackSettings, server_name: str, backup: Path, until: datetime | None) -> None:
    """Lay out the files of a server that has none, so that its start recovers them up to an instant.

    `until` is included; None: to the end of the archive. It is a primary on a new timeline then. Raises
    PartFailed.
    """
    server = _server(server_name)
    cluster = cluster_dir(settings, server)
    make_owned_folder(settings.part_dir(server.name), settings.part_user)
    archive = wal_archive_dir(settings)
    wanted = [f'restore_command = \'cp "{archive}/%f" "%p"\'', "recovery_target_action = 'promote'"]
    if until is not None:
        # Timelines that an earlier recovery began do not count: the target lies on the backup's own.
        wanted += [f"recovery_target_time = '{until.isoformat()}'", "recovery_target_timeline = 'current'"]
    script = (
        'cp -a "$0" "$1.partial" && printf "%s\\n" "$2" >> "$1.partial/postgresql.auto.conf" '
        '&& rm -f "$1.partial/standby.signal" && touch "$1.partial/recovery.signal" && mv "$1.partial" "$1"'
    )
    command = ("/bin/sh", "-c", script, str(backup), str(cluster), "\n".join(wanted))
    _run(settings, command, "lay out a backup")


def _server(name: str) -> layouts.PartLayout:
    return next(one for one in layouts.POSTGRES_SERVERS if one.name == name)


def _run(settings: StackSettings, argv: Sequence[str], purpose: str) -> None:
    programs = ProgramStore(settings.programs_dir).folder(POSTGRES) / "bin"
    program, *arguments = argv
    result = run_tool(
        (program if program.startswith("/") else str(programs / program), *arguments),
        cancellation=Cancellation(),
        cwd=settings.backups_dir,
        environment={"LC_ALL": "C", "TZ": "UTC"},
        user=settings.part_user,
    )
    if result.exit_code != 0:
        raise PartFailed(
            f"PostgreSQL could not {purpose}: {result.last_lines()}",
            where=str(settings.backups_dir),
            next_step="Put right what it says, then try again.",
        )
