"""Several servers in one address of PostgreSQL: postgresql://user@one:5432,two:5432/database."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit


def each_server(dsn: str) -> tuple[str, ...]:
    """An address for each server that `dsn` names, in its order, with all else the same."""
    parts = urlsplit(dsn)
    user, at, servers = parts.netloc.rpartition("@")
    return tuple(
        urlunsplit(parts._replace(netloc=f"{user}{at}{server}")) for server in servers.split(",")
    )  # fmt: skip -- an address a line
