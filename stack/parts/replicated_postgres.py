"""PostgreSQL as one of two: a primary that archives its log, and a standby that streams from it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from stack import layout as layouts
from stack.errors import PartFailed
from stack.parts.part import Command, PartContext, Unanswered, reason
from stack.parts.postgres import DATABASE, SUPERUSER, PostgresPart
from stack.parts.postgres_roles import ClusterOnDisk, PostgresRole, may_follow, read_timeline_id, role_of
from stack.programs import POSTGRES, Program
from stack.settings import StackSettings
from stack.tool import run_tool
from stack.unprivileged_user import make_owned_folder

ARCHIVE_TIMEOUT_S = 10
"""A write-ahead log that is not full is archived after so long: the most that is lost when both disks are."""
_POLL_S = 0.2
_ASK_TIMEOUT_S = 5.0

_ENSURE_SLOT = """
SELECT pg_create_physical_replication_slot($1, true)
WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = $1)
"""
_DROP_LOST_SLOT = """
SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
WHERE slot_name = $1 AND wal_status = 'lost'
"""
# A standby counts as running once it streams.
_STATE = """
SELECT current_setting('server_version'), NOT pg_is_in_recovery()
  OR EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming')
"""


@dataclass(frozen=True, slots=True)
class ReplicatedPostgresPart:
    """One of the two servers. Which of them is the primary is on their disks: it changes."""

    layout: layouts.PartLayout
    programs: tuple[Program, ...] = (POSTGRES,)
    ready_timeout_s: float = 120.0

    @property
    def _plain(self) -> PostgresPart:
        return PostgresPart(self.layout)

    @property
    def _other(self) -> layouts.PartLayout:
        return next(one for one in layouts.POSTGRES_SERVERS if one != self.layout)

    def ports(self, port_base: int) -> tuple[int, ...]:
        """One."""
        return self._plain.ports(port_base)

    def prepare(self, context: PartContext) -> None:
        """Make the cluster, or copy the primary's. Raises PartFailed, DiskFull, Cancelled."""
        make_owned_folder(wal_archive_dir(context.settings), context.settings.part_user)
        mine, other = _on_disk(context, self.layout), _on_disk(context, self._other)
        role = role_of(mine, other, is_first=self.layout == layouts.POSTGRES)
        if role is PostgresRole.PRIMARY:
            self._plain.prepare(context)
            # The other disk is empty: this standby is all that is left.
            (cluster_dir(context.settings, self.layout) / "standby.signal").unlink(missing_ok=True)
            return
        self._plain.certify(context.settings)
        slot_is_new = self._await_slot(context)
        # Looked at again: a primary that recovers may have begun another timeline.
        if slot_is_new or not may_follow(mine, _on_disk(context, self._other)):
            self._copy_primary(context)

    def command(self, context: PartContext) -> Command:
        """The server; the same in both roles, so that it goes on in either."""
        archive = wal_archive_dir(context.settings)
        settings = {
            "cluster_name": self.layout.name,
            "archive_mode": "on",
            "archive_command": f'cp "%p" "{archive}/.%f" && mv "{archive}/.%f" "{archive}/%f"',
            "archive_timeout": f"{ARCHIVE_TIMEOUT_S}s",
            # A standby that stays away must not fill the disk; it is then copied anew.
            "max_slot_wal_keep_size": "1GB",
            "wal_receiver_status_interval": "1s",
            "wal_retrieve_retry_interval": "500ms",
        }
        plain = self._plain.command(context)
        words = tuple(word for name, value in settings.items() for word in ("-c", f"{name}={value}"))
        # The module that streams is linked to wherever its builder had the client library.
        library = str(context.programs[POSTGRES.name] / "lib")
        paths = {"LD_LIBRARY_PATH": library, "DYLD_LIBRARY_PATH": library}
        return Command((*plain.argv, *words), {**plain.environment, **paths})

    def ask(self, port: int, timeout_s: float) -> str:
        """A query; a standby must stream, too. Not to be called from a thread that runs an event loop."""
        return asyncio.run(_ask(port, timeout_s))

    def _await_slot(self, context: PartContext) -> bool:
        """Until the primary keeps its log for this server; whether it did not before. Raises Cancelled."""
        port, slot = self._other.port(context.settings.port_base), slot_name(self.layout)
        while True:
            try:
                return asyncio.run(_ensure_slot(port, slot))
            except Unanswered:
                context.cancellation.sleep(_POLL_S)

    def _copy_primary(self, context: PartContext) -> None:
        settings = context.settings
        cluster = cluster_dir(settings, self.layout)
        script = (
            'rm -rf "$1" && "$0/bin/pg_basebackup" -h "$2" -p "$3" -U "$4" -D "$1" -S "$5" '
            "--write-recovery-conf --wal-method=stream --checkpoint=fast --no-password "
            '&& rm -rf "$6" && mv "$1" "$6"'
        )
        result = run_tool(
            (
                *("/bin/sh", "-c", script, str(context.programs[POSTGRES.name])),
                str(cluster.with_name("cluster.partial")),
                *(layouts.HOST, str(self._other.port(settings.port_base))),
                *(SUPERUSER, slot_name(self.layout), str(cluster)),
            ),
            cancellation=context.cancellation,
            cwd=cluster.parent,
            environment={"LC_ALL": "C", "TZ": "UTC"},
            user=settings.part_user,
        )
        if result.exit_code != 0:
            raise PartFailed(
                f"{self.layout.title} could not copy the primary: {result.last_lines()}",
                where=str(cluster),
                next_step="Put right what it says, then try again.",
            )


def cluster_dir(settings: StackSettings, server: layouts.PartLayout) -> Path:
    """The files of one server."""
    return settings.part_dir(server.name) / "cluster"


def wal_archive_dir(settings: StackSettings) -> Path:
    """Where the primary's write-ahead log is kept."""
    return settings.backups_dir / "postgres-wal"


def slot_name(standby: layouts.PartLayout) -> str:
    """The primary keeps its log for the standby under this name."""
    return standby.name.replace("-", "_")


def _on_disk(context: PartContext, server: layouts.PartLayout) -> ClusterOnDisk | None:
    cluster = cluster_dir(context.settings, server)
    if not cluster.exists():
        return None
    result = run_tool(
        (str(context.programs[POSTGRES.name] / "bin" / "pg_controldata"), "-D", str(cluster)),
        cancellation=context.cancellation,
        environment={"LC_ALL": "C"},
        user=context.settings.part_user,
    )
    if result.exit_code != 0:
        return None  # cut while it was made: no cluster
    return ClusterOnDisk(read_timeline_id(result.output), (cluster / "standby.signal").exists())


async def _ensure_slot(port: int, slot: str) -> bool:
    try:
        async with asyncio.timeout(_ASK_TIMEOUT_S):
            connection = await _connect(port)
            try:
                await connection.execute("SELECT 1")
                if await connection.fetchval("SELECT pg_is_in_recovery()"):
                    raise Unanswered("it recovers still")
                await connection.fetchval(_DROP_LOST_SLOT, slot)
                return await connection.fetchval(_ENSURE_SLOT, slot) is not None
            finally:
                connection.terminate()
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Unanswered(reason(error)) from error


async def _ask(port: int, timeout_s: float) -> str:
    try:
        async with asyncio.timeout(timeout_s):
            connection = await _connect(port)
            try:
                row = await connection.fetchrow(_STATE)
            finally:
                connection.terminate()
    except TimeoutError as error:
        raise Unanswered(f"SELECT: no answer within {timeout_s:g} s") from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Unanswered(f"SELECT: {reason(error)}") from error
    if row is None or not row[1]:
        raise Unanswered("a standby that does not stream")
    return str(row[0])


async def _connect(port: int) -> asyncpg.Connection:
    return await asyncpg.connect(
        host=layouts.HOST, port=port, user=SUPERUSER, database=DATABASE, password="", ssl=False
    )
