"""Sleeping to the microsecond, in a greenlet."""

import os
import sys
import time
from types import TracebackType
from typing import Self

import gevent

_READABLE = 1


class Alarm:
    """gevent's own timers wake at whole milliseconds (libev leaves the waiting to epoll): half a millisecond
    of dispatch lag on average, and arrivals that are close together leave together. A timer that is a file
    descriptor wakes when it should. Where there is none (Python 3.12), gevent's sleep remains.
    """

    def __init__(self) -> None:
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        if sys.platform == "linux" and sys.version_info >= (3, 13):
            self._descriptor = os.timerfd_create(time.CLOCK_MONOTONIC, flags=os.TFD_NONBLOCK | os.TFD_CLOEXEC)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def sleep(self, seconds: float) -> None:
        """Let the others run for so long; 0 lets each of them have its turn."""
        wait_ns = int(seconds * 1e9)
        if self._descriptor is None or wait_ns <= 0:
            gevent.sleep(seconds)
        elif sys.platform == "linux" and sys.version_info >= (3, 13):
            os.timerfd_settime_ns(self._descriptor, initial=wait_ns)
            hub = gevent.get_hub()
            watcher = hub.loop.io(self._descriptor, _READABLE)
            try:
                hub.wait(watcher)
            finally:
                watcher.close()
