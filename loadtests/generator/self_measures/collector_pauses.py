"""How long Python's garbage collector stops the generator."""

import gc
import time
from collections.abc import Callable

from loadtests.generator.self_measures.lateness import Lateness, LatenessCounter


class CollectorPauses:
    """Times every collection from open() to close()."""

    def __init__(self, monotonic_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._monotonic_ns = monotonic_ns
        self._pauses = LatenessCounter()
        self._began_ns: int | None = None

    def open(self) -> None:
        """Begin."""
        gc.callbacks.append(self._on_collection)

    def close(self) -> None:
        """Stop."""
        gc.callbacks.remove(self._on_collection)

    def take(self) -> Lateness:
        """Pauses since the last time."""
        return self._pauses.take()

    def _on_collection(self, phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            self._began_ns = self._monotonic_ns()
        elif self._began_ns is not None:
            self._pauses.add(self._monotonic_ns() - self._began_ns)
            self._began_ns = None
