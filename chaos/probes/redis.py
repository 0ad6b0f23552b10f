"""Redis: PING. That a password is wanted is an answer too: the server is there, and sound."""

from chaos.probes.dialect import ANSWERED, PARTIAL, Dialect, Reply, wrong

_PING = b"*1\r\n$4\r\nPING\r\n"


def _read(received: bytes) -> Reply:
    line, end, _ = received.partition(b"\r\n")
    if not end:
        return PARTIAL
    return (
        ANSWERED if line == b"+PONG" or line.startswith(b"-NOAUTH ") else wrong(line.decode(errors="replace"))
    )


REDIS = Dialect("redis", opening=_PING, question=_PING, read=_read)
