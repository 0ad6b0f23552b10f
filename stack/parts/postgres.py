"""PostgreSQL: one cluster with the database that the service uses."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil

from stack import layout as layouts
from stack.certificates import ensure_certificates, hand_over
from stack.disk import disk_full
from stack.errors import PartFailed
from stack.parts.part import Command, PartContext, Unanswered, reason
from stack.process import has_ended
from stack.programs import POSTGRES, Program
from stack.settings import StackSettings
from stack.tool import run_tool
from stack.unprivileged_user import find_user

SUPERUSER = "postgres"
DATABASE = "stormproof"

SERVER_SETTINGS: Mapping[str, str] = {
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    # An acknowledged write is on disk: what the durability promises are measured against.
    "fsync": "on",
    # No helper processes for reads: two cores carry all of it.
    "io_method": "sync",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
"""What docker-compose.yml sets as well."""


@dataclass(frozen=True, slots=True)
class PostgresPart:
    """The database of record."""

    layout: layouts.PartLayout = layouts.POSTGRES
    programs: tuple[Program, ...] = (POSTGRES,)
    ready_timeout_s: float = 120.0

    def ports(self, port_base: int) -> tuple[int, ...]:
        """One; it opens no Unix socket."""
        return (self.layout.port(port_base),)

    def prepare(self, context: PartContext) -> None:
        """Make the cluster and its database, all or nothing. Raises PartFailed, DiskFull."""
        self.certify(context.settings)
        folder = context.settings.part_dir(self.layout.name)
        cluster, partial = folder / "cluster", folder / "cluster.partial"
        if cluster.exists():
            clear_dead_lock(cluster)
            return
        user = context.settings.part_user
        # The shell keeps it one step: what initdb makes alone, without the database, is never taken for done.
        script = (
            'rm -rf "$1" && "$0/bin/initdb" -D "$1" -U "$2" --auth=trust --encoding=UTF8 --locale=C '
            "--locale-provider=builtin --builtin-locale=C.UTF-8 --no-instructions "
            '&& echo "CREATE DATABASE $3" | "$0/bin/postgres" --single -D "$1" postgres && mv "$1" "$4"'
        )
        result = run_tool(
            (
                "/bin/sh",
                "-c",
                script,
                str(context.programs[POSTGRES.name]),
                str(partial),
                SUPERUSER,
                DATABASE,
                str(cluster),
            ),
            cancellation=context.cancellation,
            cwd=folder,
            environment={"LC_ALL": "C", "TZ": "UTC"},
            user=user,
        )
        if result.ran_out_of_disk:
            raise disk_full(folder, "making the PostgreSQL cluster")
        if result.exit_code != 0:
            raise PartFailed(
                f"PostgreSQL could not make its cluster: {result.last_lines()}",
                where=str(cluster),
                next_step="Put right what it says, then try again.",
            )

    def command(self, context: PartContext) -> Command:
        """The server itself, in the foreground."""
        port = self.layout.port(context.settings.port_base)
        folder = context.settings.config_dir(self.layout.name)
        settings = {
            "listen_addresses": layouts.HOST,
            "port": str(port),
            "unix_socket_directories": "",
            # Whoever asks for it gets TLS; nobody has to.
            "ssl": "on",
            "ssl_cert_file": str(folder / "server.pem"),
            "ssl_key_file": str(folder / "server.key"),
            "ssl_min_protocol_version": "TLSv1.3",
            **SERVER_SETTINGS,
        }
        return Command(
            argv=(
                str(context.programs[POSTGRES.name] / "bin" / "postgres"),
                "-D",
                str(context.settings.part_dir(self.layout.name) / "cluster"),
                *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
            ),
            environment={"LC_ALL": "C", "TZ": "UTC"},
        )

    def certify(self, settings: StackSettings) -> None:
        """Give the server its certificate."""
        # A key that root owns may be read by the server's group and nobody else; the server checks that.
        group_id = None if settings.part_user is None else find_user(settings.part_user).gid
        certificates = ensure_certificates(settings.tls_dir)
        hand_over(certificates.dependency, settings.config_dir(self.layout.name), group_id)

    def ask(self, port: int, timeout_s: float) -> str:
        """A query in the service's database. Not to be called from a thread that runs an event loop."""
        return asyncio.run(_query(port, timeout_s))


def clear_dead_lock(cluster: Path) -> None:
    """Remove the lock file of a server that was killed, and that the system still lists (a zombie).

    PostgreSQL takes what is listed for alive, and does not start until somebody has taken note of its end.
    """
    lock = cluster / "postmaster.pid"
    try:
        ended = has_ended(psutil.Process(int(lock.read_text().split("\n")[0])))
    except (OSError, ValueError, psutil.NoSuchProcess):
        return  # none, or one that PostgreSQL removes itself
    if ended:
        lock.unlink()


async def _query(port: int, timeout_s: float) -> str:
    try:
        async with asyncio.timeout(timeout_s):
            connection = await asyncpg.connect(
                host=layouts.HOST, port=port, user=SUPERUSER, database=DATABASE, password="", ssl=False
            )  # fmt: skip -- one line
            try:
                version = await connection.fetchval("SELECT current_setting('server_version')")
            finally:
                connection.terminate()
    except TimeoutError as error:
        raise Unanswered(f"SELECT: no answer within {timeout_s:g} s") from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Unanswered(f"SELECT: {reason(error)}") from error
    return str(version)
