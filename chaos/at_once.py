"""The same work on several things at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor


def at_once[A, B](work: Callable[[A], B], on: Sequence[A]) -> tuple[B, ...]:
    """`work` on each, in threads where there are several; what the first of them raises is raised, once all
    have ended."""
    if len(on) == 1:
        return (work(on[0]),)
    with ThreadPoolExecutor(max_workers=max(1, len(on))) as threads:
        return tuple(threads.map(work, on))
