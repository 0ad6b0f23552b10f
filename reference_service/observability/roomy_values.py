"""Values of metrics in a mapped file whose pages are there before they are written to.

prometheus_client's own files have holes: on a full disk the first write into one is a SIGBUS, which ends
the worker.
"""

from __future__ import annotations

import logging
import mmap
import os
from pathlib import Path

from prometheus_client import mmap_dict

log = logging.getLogger(__name__)
FIRST_BYTES = 64 * 1024
# Of an entry, beside its key: length, padding, value, time.
ENTRY_BYTES = 4 + 8 + 16


class RoomyValues(mmap_dict.MmapedDict):
    """Without room in the file it goes on in memory: what counts from then on is in no sum."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        self._is_shared = True
        is_new = not Path(filename).exists()
        try:
            with Path(filename).open("ab") as file:
                _reserve(file.fileno(), max(FIRST_BYTES, file.tell()))
        except OSError as error:
            if is_new:
                Path(filename).unlink(missing_ok=True)  # an empty one would fail whoever adds them up
            _tell(filename, error)
            self._begin_in_memory(filename)
        else:
            super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]  # the library leaves it untyped

    def _begin_in_memory(self, filename: str) -> None:
        self._fname = filename
        self._is_shared = False
        self._f = Path(os.devnull).open("rb")  # noqa: SIM115 - closed where the library closes its own
        self._capacity = FIRST_BYTES
        self._m = mmap.mmap(-1, FIRST_BYTES)
        self._positions: dict[str, int] = {}
        self._used = 8
        self._m[:4] = self._used.to_bytes(4, "little")

    def _init_value(self, key: str) -> None:
        while self._used + len(key.encode()) + ENTRY_BYTES > self._capacity:
            self._grow()
        super()._init_value(key)  # type: ignore[no-untyped-call]  # the same

    def _grow(self) -> None:
        capacity = 2 * self._capacity
        if self._is_shared:
            try:
                _reserve(self._f.fileno(), capacity)
            except OSError as error:
                _tell(self._fname, error)
                self._is_shared = False
        if self._is_shared:
            self._m = mmap.mmap(self._f.fileno(), capacity)
        else:
            grown = mmap.mmap(-1, capacity)
            grown[: self._capacity] = self._m[: self._capacity]
            self._m = grown
        self._capacity = capacity


def _reserve(descriptor: int, size: int) -> None:
    os.posix_fallocate(descriptor, 0, size)


def _tell(filename: str, error: OSError) -> None:
    log.error(
        "%s: %s: metrics of this worker are in no sum until it is started again. Next: make room there.",
        filename,
        error,
    )
