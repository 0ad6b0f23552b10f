"""Who runs, and on whose behalf."""

from collections.abc import Iterator

import gevent

_MOST = 16
"""A task that spawns greenlets that spawn greenlets…"""


def lineage() -> Iterator[gevent.Greenlet]:
    """The present greenlet, who spawned it, who spawned that one…"""
    one = gevent.getcurrent()
    for _ in range(_MOST):
        if one is None:
            return
        yield one
        spawner = getattr(one, "spawning_greenlet", None)
        one = None if spawner is None else spawner()
