"""The view of a process that is stopped again and again: most questions are answered at once, some wait."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import psutil
from pydantic import JsonValue

from chaos.errors import NotFeltError
from chaos.probes.door import Door
from chaos.probes.line import Age, Line, Outcome, watch
from chaos.processes.tree import is_stopped
from chaos.sight import Sight
from chaos.timing import Timing
from chaos.verification import open_pooled

_WAITS = 2
"""So many long waits on each connection: one alone may be the machine's."""
_PAUSE_S = 0.01


@dataclass
class _Waits:
    """What questions on connections of one age showed."""

    long: int = 0
    longest_ms: float = 0.0
    asked: int = 0

    def tell(self) -> dict[str, JsonValue]:
        return {"asked": self.asked, "long": self.long, "longest_ms": round(self.longest_ms, 3)}


@dataclass
class TurnsView:
    """Questions asked one after the other, pooled and fresh, until enough of them waited."""

    door: Door
    pooled: Line
    least_ms: float
    """A wait of at least this is the fault's."""
    within_s: float
    timing: Timing
    waits: dict[Age, _Waits] = field(default_factory=lambda: {age: _Waits() for age in Age})

    @property
    def before(self) -> Mapping[str, JsonValue]:
        """Nothing."""
        return {}

    def felt(self) -> Sight:
        """Ask until both ages have waited. Raises NotFeltError."""
        deadline_ns = self.timing.clock.now_ns() + int(self.within_s * 1e9)
        looks = 0
        while min(waits.long for waits in self.waits.values()) < _WAITS:
            if self.timing.clock.now_ns() >= deadline_ns:
                raise NotFeltError(
                    f"{self.door.name} is not slowed within {self.within_s:g} s: {self._tell()}."
                )
            looks += 1
            self._ask()
            self.timing.sleep(_PAUSE_S)
        return Sight(self._tell(), looks, f"{self.door.name} answers by turns")

    def measured(self) -> Sight | None:
        """Told with what was felt."""
        return None

    def close(self) -> None:
        """End the pooled connection."""
        self.pooled.close()

    def _ask(self) -> None:
        with Line(self.door.address, self.door.dialect, Age.FRESH, self.timing.clock) as fresh:
            for line in (fresh, self.pooled):
                line.ask()
            seen = watch((fresh, self.pooled), self.within_s, self.timing.clock)
        for one in seen:
            if one.outcome is not Outcome.ANSWERED:
                raise NotFeltError(
                    f"{self.door.name} is not slowed: a {one.age} connection is {one.outcome} "
                    f"after {one.after_ms:.0f} ms."
                )
            waits = self.waits[one.age]
            waits.asked += 1
            waits.long += one.after_ms >= self.least_ms
            waits.longest_ms = max(waits.longest_ms, one.after_ms)

    def _tell(self) -> dict[str, JsonValue]:
        return {str(age): waits.tell() for age, waits in self.waits.items()}


def open_turns_view(door: Door, least_ms: float, within_s: float, timing: Timing) -> TurnsView:
    """Of a sound target. Raises NotAnsweringError."""
    return TurnsView(door, open_pooled(door, timing), least_ms, within_s, timing)


def turns_seen(find: Callable[[], psutil.Process | None]) -> Callable[[], str | None]:
    """Looks that end once the process was seen both running and stopped."""
    seen: set[bool] = set()

    def look() -> str | None:
        process = find()
        if process is None:
            return "it does not run"
        seen.add(is_stopped(process))
        return None if len(seen) == 2 else f"it is always {'stopped' if True in seen else 'running'}"

    return look
