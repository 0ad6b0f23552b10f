"""The view of a process that is started again with something different."""

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from chaos.errors import NotAnsweringError, NotFeltError
from chaos.history import observations
from chaos.probes.door import Door
from chaos.probes.line import Line, Outcome, watch
from chaos.sight import Sight
from chaos.timing import Timing
from chaos.verification import PAUSE_S, open_pooled, verify_answers

_CUT_WITHIN_S = 5.0
_LOOK_S = 1.0


class AlteredView:
    """The pooled connection is cut; a fresh one is answered, by a process that has what is different."""

    def __init__(
        self, door: Door, pooled: Line, not_altered: Callable[[], str | None], within_s: float, timing: Timing
    ) -> None:
        self._door, self._pooled, self._timing = door, pooled, timing
        self._not_altered, self._within_s = not_altered, within_s

    @property
    def before(self) -> Mapping[str, JsonValue]:
        """How long an answer took."""
        return {"before_ms": round(self._pooled.seen().after_ms, 3)}

    def felt(self) -> Sight:
        """Look until it is so. Raises NotFeltError."""
        cut = self._until_cut()
        try:
            answered = verify_answers(self._door, self._timing, within_s=self._within_s)
        except NotAnsweringError as error:
            raise NotFeltError(f"It does not answer with what is different: {error}") from error
        reason = self._not_altered()
        if reason is not None:
            raise NotFeltError(f"{self._door.name} is not altered: {reason}.")
        return Sight({**cut, **answered.seen}, answered.looks, f"{self._door.name} answers, altered")

    def measured(self) -> Sight | None:
        """It has no strength."""
        return None

    def close(self) -> None:
        """End the pooled connection."""
        self._pooled.close()

    def _until_cut(self) -> Mapping[str, JsonValue]:
        deadline_ns = self._timing.clock.now_ns() + int(_CUT_WITHIN_S * 1e9)
        while True:
            self._pooled.ask()
            seen = watch((self._pooled,), _LOOK_S, self._timing.clock)
            if seen[0].outcome is Outcome.CLOSED:
                return observations(seen)
            if self._timing.clock.now_ns() >= deadline_ns:
                raise NotFeltError(
                    f"{self._door.name} was not restarted: a pooled connection is {seen[0].outcome} "
                    f"after {_CUT_WITHIN_S:g} s."
                )
            self._timing.sleep(PAUSE_S)


def open_altered_view(
    door: Door, not_altered: Callable[[], str | None], within_s: float, timing: Timing
) -> AlteredView:
    """Of a sound target. Raises NotAnsweringError."""
    return AlteredView(door, open_pooled(door, timing), not_altered, within_s, timing)
