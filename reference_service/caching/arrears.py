"""Whose changes the cache did not take: until it is told, what it holds of a document may be old."""

from __future__ import annotations

import logging
from collections.abc import Collection
from pathlib import Path

log = logging.getLogger(__name__)
FOLDER = "cache-arrears"


class Arrears:
    """A file for each worker of this machine that owes the cache a mark.

    Every worker sees it, and whoever comes after kill -9. Another machine's readers do not: for them the time
    until the mark is set is the bound.
    """

    def __init__(self, folder: Path, worker: int) -> None:
        self._folder = folder / FOLDER
        self._own = self._folder / str(worker)

    def owe(self) -> None:
        """The cache has not taken a change: known to everybody when this returns."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._own.touch()
        except OSError as error:
            log.warning("%s: %s; kept documents may be old until the cache is marked", self._own, error)

    def owed(self) -> Collection[str]:
        """Who owes a mark."""
        try:
            return [path.name for path in self._folder.iterdir()]
        except OSError:
            return ()

    def settle(self, owed: Collection[str]) -> None:
        """A mark has been set since all of these owed it."""
        for name in owed:
            (self._folder / name).unlink(missing_ok=True)
