"""The limit by client address that holds while the state Redis is away: the analysis, section 3.3."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from reference_service.limits.address_block import address_block
from reference_service.limits.decision import Decision
from reference_service.limits.sliding_window import SlidingWindow


class AddressLimiter:
    """One window per address, in this process; remembers at most `bound` of them, the latest.

    The addresses of an IPv6 network of 64 bits share one.
    """

    def __init__(
        self, limit: int, burst: int, window_s: float, bound: int, now_s: Callable[[], float]
    ) -> None:
        self._limit = limit
        self._burst = burst
        self._window_s = window_s
        self._bound = bound
        self._now_s = now_s
        self._windows: OrderedDict[str, SlidingWindow] = OrderedDict()

    def wait_s(self, address: str) -> float:
        """Seconds until this address may do it again: 0 if it may now. Counts nothing."""
        window = self._windows.get(address_block(address))
        return window.wait_s(self._now_s()) if window is not None else 0.0

    def check(self, address: str) -> Decision:
        """Counts one request of this address."""
        block = address_block(address)
        window = self._windows.get(block)
        if window is None:
            window = self._windows[block] = SlidingWindow(self._limit + self._burst, self._window_s)
            if len(self._windows) > self._bound:
                self._windows.popitem(last=False)
        else:
            self._windows.move_to_end(block)
        allowed, remaining, reset_s = window.admit(self._now_s())
        return Decision(allowed, self._limit, self._burst, self._window_s, remaining, reset_s)
