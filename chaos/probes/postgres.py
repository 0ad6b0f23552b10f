"""PostgreSQL: a login, and SELECT 1 on a connection that is logged in. (Protocol 3.0, without a password.)"""

import struct

from chaos.probes.dialect import ANSWERED, PARTIAL, Dialect, Reply, wrong

_PROTOCOL_3_0 = 196608
_HEADER_BYTES = 5
_AUTHENTICATION_OK = 0


def _login(user: str, database: str) -> bytes:
    pairs = ("user", user, "database", database, "application_name", "stormproof probe")
    body = struct.pack("!i", _PROTOCOL_3_0) + b"".join(word.encode() + b"\0" for word in pairs) + b"\0"
    return struct.pack("!i", len(body) + 4) + body


def query_message(sql: str) -> bytes:
    """A simple query."""
    body = sql.encode() + b"\0"
    return b"Q" + struct.pack("!i", len(body) + 4) + body


def read_until_ready(received: bytes) -> Reply:
    """An answer is whole when the session is ready for the next query."""
    rest = received
    while len(rest) >= _HEADER_BYTES:
        kind = rest[:1]
        (length,) = struct.unpack_from("!i", rest, 1)
        body = rest[_HEADER_BYTES : 1 + length]
        if length < 4 or (kind == b"R" and length < 8):
            return wrong("is not PostgreSQL's protocol")
        if len(rest) < 1 + length:
            break
        if kind == b"E":
            return wrong(_error_text(body))
        if kind == b"R" and struct.unpack_from("!i", body)[0] != _AUTHENTICATION_OK:
            return wrong("asks for a password: the probe logs in without one (trust on loopback)")
        if kind == b"Z":
            return ANSWERED
        rest = rest[1 + length :]
    return PARTIAL


def _error_text(body: bytes) -> str:
    fields = {field[:1]: field[1:].decode(errors="replace") for field in body.split(b"\0") if field}
    return f"{fields.get(b'C', '?????')} {fields.get(b'M', 'no message')}"


def postgres_dialect(user: str, database: str) -> Dialect:
    """Logs in as `user` to `database`; the role and the database `postgres` are in most installations."""
    return Dialect(
        "postgres",
        opening=_login(user, database),
        question=query_message("SELECT 1"),
        read=read_until_ready,
        long_question=_literal,
    )


def _literal(size: int) -> bytes:
    return query_message(f"SELECT '{'x' * size}'")
