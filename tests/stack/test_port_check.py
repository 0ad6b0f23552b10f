"""Ports that something else has."""

import os
import socket

import pytest

from stack import HOST, PortTaken, require_free_port


def test_who_has_a_port_is_named_and_how_to_move() -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken) as error:
            require_free_port(port, "Redis (cache)")
    assert f"port {port}, which Redis (cache) needs, is taken by process {os.getpid()} (" in error.value.what
    assert error.value.where == f"{HOST}:{port}"
    assert "STORMPROOF_PORT_BASE" in error.value.next_step


def test_a_port_whose_last_connection_fades_away_is_free() -> None:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((HOST, 0))
        server.listen()
        port = server.getsockname()[1]
        with socket.create_connection((HOST, port)) as client:
            accepted, _ = server.accept()
            accepted.close()  # the side that closes first waits
            assert client.recv(1) == b""
    require_free_port(port, "a test")
