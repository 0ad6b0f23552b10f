"""PostgreSQL: a statement, on a fresh session right behind its login."""

from chaos.probes.dialect import PARTIAL, Dialect, Reply
from chaos.probes.postgres import postgres_dialect, query_message, read_until_ready
from chaos.probes.speech import Speech


def postgres_question(speech: Speech, database: str, statement: str) -> Dialect:
    """As the user of `speech`. The server reads what follows a login once it has let the user in."""
    login = postgres_dialect(speech.user, database).opening
    question = query_message(statement)
    return Dialect(
        "postgres", opening=login + question, question=question, read=_read, long_question=lambda _: question
    )


def _read(received: bytes) -> Reply:
    """An answer that begins with the login's is whole with the second ReadyForQuery."""
    if received[:1] != b"R":
        return read_until_ready(received)
    first = login_length(received)
    return PARTIAL if first is None else read_until_ready(received[first:])


def login_length(received: bytes) -> int | None:
    """Bytes until the session is ready for the first time; None where it is not yet."""
    at = 0
    while len(received) >= at + 5:
        length = 1 + int.from_bytes(received[at + 1 : at + 5])
        if len(received) < at + length:
            return None
        if received[at : at + 1] == b"E":
            return at  # the login itself failed: that is the answer
        at += length
        if received[at - length : at - length + 1] == b"Z":
            return at
    return None
