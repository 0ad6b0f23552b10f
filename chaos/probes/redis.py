"""Redis: PING. That a password is wanted is an answer too: the server is there, and sound."""

from chaos.probes.dialect import ANSWERED, PARTIAL, Dialect, Reply, wrong

_PING = b"*1\r\n$4\r\nPING\r\n"


def _read(received: bytes) -> Reply:
    line, end, rest = received.partition(b"\r\n")
    if not end:
        return PARTIAL
    if line.startswith(b"$") and line[1:].isdigit():  # the answer to ECHO
        return ANSWERED if len(rest) >= int(line[1:]) + len(b"\r\n") else PARTIAL
    return (
        ANSWERED if line == b"+PONG" or line.startswith(b"-NOAUTH ") else wrong(line.decode(errors="replace"))
    )


def _echo(size: int) -> bytes:
    return b"*2\r\n$4\r\nECHO\r\n$%d\r\n%s\r\n" % (size, b"x" * size)


REDIS = Dialect("redis", opening=_PING, question=_PING, read=_read, long_question=_echo)
