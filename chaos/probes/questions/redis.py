"""Redis: any command, and the reply that a sound server gives."""

from functools import partial

from chaos.probes.dialect import ANSWERED, PARTIAL, Dialect, Reply, wrong


def redis_question(*words: str, sound: str) -> Dialect:
    """`sound` is the reply's only line: `+OK`, `:1`."""
    parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
    command = f"*{len(words)}\r\n{''.join(parts)}".encode()
    return Dialect(
        "redis",
        opening=command,
        question=command,
        read=partial(_read, sound.encode()),
        long_question=lambda _: command,
    )


def _read(sound: bytes, received: bytes) -> Reply:
    line, end, _ = received.partition(b"\r\n")
    if not end:
        return PARTIAL
    return ANSWERED if line == sound else wrong(line.decode(errors="replace"))
