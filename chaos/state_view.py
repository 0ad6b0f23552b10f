"""The view of a target that is not asked: what the system, or the target itself, tells of its state."""

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from chaos.errors import NotFeltError
from chaos.sight import Sight
from chaos.timing import Timing
from chaos.verification import PAUSE_S


class StateView:
    """One fault as the state of its target shows it."""

    def __init__(
        self,
        what: str,
        look: Callable[[], str | None],
        timing: Timing,
        within_s: float,
        tell: Callable[[], Mapping[str, JsonValue]] = dict,
    ) -> None:
        """`look` says why it is not felt (yet), None once it is; `tell` what was seen then."""
        self._what, self._look, self._timing, self._within_s = what, look, timing, within_s
        self._tell = tell

    @property
    def before(self) -> Mapping[str, JsonValue]:
        """Nothing."""
        return {}

    def felt(self) -> Sight:
        """Look until it is. Raises NotFeltError."""
        return look_until(self._what, self._look, self._timing, self._within_s, self._tell)

    def measured(self) -> Sight | None:
        """It has no strength."""
        return None

    def close(self) -> None:
        """Nothing is open."""


def look_until(
    what: str,
    look: Callable[[], str | None],
    timing: Timing,
    within_s: float,
    tell: Callable[[], Mapping[str, JsonValue]] = dict,
) -> Sight:
    """Look until `look` has no reason against it any more. Raises NotFeltError after `within_s`."""
    deadline_ns = timing.clock.now_ns() + int(within_s * 1e9)
    looks = 0
    while True:
        looks += 1
        reason = look()
        if reason is None:
            return Sight(tell(), looks, f"{what} is seen")
        if timing.clock.now_ns() >= deadline_ns:
            raise NotFeltError(f"{what} is not felt within {within_s:g} s: {reason}.")
        timing.sleep(PAUSE_S)
