"""The numbers of workers: part of every version they give, and of their files' names."""

from __future__ import annotations

from collections.abc import Collection

MOST = 1024  # 10 bits of a version: see writes/hybrid_clock.py


def needed(workers: int) -> int:
    """How many numbers so many workers take: twice as many while each is being replaced by its successor."""
    return workers if workers == 1 else 2 * workers


def free_number(first: int, workers: int, taken: Collection[int]) -> int:
    """The lowest number from `first` on that no living worker has.

    Numbers of one machine may be used again at once: the versions of those before are in its journals. Other
    machines begin at another `first`, so that no two workers that live at the same time ever share a number.
    """
    return next(number for number in range(first, first + needed(workers)) if number not in taken)
