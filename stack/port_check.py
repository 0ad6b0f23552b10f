"""Ports: taken by whom."""

import socket

import psutil

from stack.errors import PortTaken
from stack.layout import HOST


def require_free_port(port: int, needed_by: str) -> None:
    """Raises PortTaken, which names who holds it if the system tells."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a port whose last connections are still fading away is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortTaken(
                f"port {port}, which {needed_by} needs, is taken by {_holder(port)}",
                where=f"{HOST}:{port}",
                next_step=(
                    "End that process, or move this stack to another range of 100 ports with "
                    "STORMPROOF_PORT_BASE (for example STORMPROOF_PORT_BASE=23000)."
                ),
            ) from error


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            # An address is a pair; a connection without one has an empty tuple.
            listens = connection.status == psutil.CONN_LISTEN and tuple(connection.laddr)[1:2] == (port,)
            if listens and connection.pid is not None:
                command = " ".join(psutil.Process(connection.pid).cmdline())
                return f"process {connection.pid} ({command[:120]})"
    except psutil.Error:
        pass
    return "a process that this user may not see"
