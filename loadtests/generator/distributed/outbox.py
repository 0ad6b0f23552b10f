"""What a worker recorded and its master has not written yet: numbered, bounded, sent until it is safe."""

import errno
from collections import deque

from loadtests.generator.distributed.protocol import Envelope

_WINDOW = 32
"""Envelopes on the way at once: a slow master is not flooded."""
_MOST_BYTES = 64 << 20
"""About 250,000 requests; then the evidence is lost, and not the memory."""
_SEND_AGAIN_AFTER_S = 3.0


class Outbox:
    """Sends in order; when nothing moves, again from the first on that is not known to be written."""

    def __init__(self, test: str, *, window: int = _WINDOW, most_bytes: int = _MOST_BYTES) -> None:
        self._test = test
        self._window = window
        self._most_bytes = most_bytes
        self._bytes = 0
        self._number = 0
        self._waiting: deque[Envelope] = deque()
        self._on_the_way = 0
        self._moved_at_s = 0.0

    @property
    def is_empty(self) -> bool:
        """Everything is safe with the master."""
        return not self._waiting

    def put(self, kind: str, content: bytes) -> None:
        """Add to the end. Raises OSError when there is no room: the master takes nothing, or too slowly."""
        if self._bytes + len(content) > self._most_bytes:
            raise OSError(
                errno.ENOBUFS,
                f"the master has not taken {len(self._waiting)} batches of records, {self._bytes >> 20} MB: "
                "see whether it lives, and its disk",
            )
        self._waiting.append(Envelope(self._test, self._number, kind, content))
        self._number += 1
        self._bytes += len(content)

    def due(self, now_s: float) -> list[Envelope]:
        """What is to be sent now; it counts as sent."""
        if self._on_the_way and now_s - self._moved_at_s >= _SEND_AGAIN_AFTER_S:
            self._on_the_way = 0
        if not self._on_the_way:
            self._moved_at_s = now_s
        last = min(self._window, len(self._waiting))
        due = [self._waiting[place] for place in range(self._on_the_way, last)]
        self._on_the_way = max(self._on_the_way, last)
        return due

    def written(self, number: int, now_s: float) -> None:
        """The master has everything up to `number`."""
        while self._waiting and self._waiting[0].number <= number:
            self._bytes -= len(self._waiting.popleft().content)
            self._on_the_way = max(0, self._on_the_way - 1)
            self._moved_at_s = now_s
