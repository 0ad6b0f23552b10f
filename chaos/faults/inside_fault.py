"""What faults inside a dependency have in common: it is there, and answers a certain question otherwise."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from chaos.faults.plain_fault import FieldParameters
from chaos.line_view import open_line_view
from chaos.probes.dialect import Dialect
from chaos.probes.line import Age, Observation, Outcome
from chaos.probes.questions.asking import asking
from chaos.sight import Sight, View
from chaos.targets.direct import DirectTarget
from chaos.timing import Timing
from chaos.verification import verify_answers


class InsideFault(FieldParameters):
    """Base of faults that an administrator makes past the proxy, and that clients feel through it."""

    __slots__ = ()

    name: ClassVar[str]

    @property
    def watch_s(self) -> float:
        """An answer is due at once; the time is for a busy machine."""
        return 1.0

    @property
    def measure_s(self) -> float:
        """They have no strength that shows only later."""
        return 0.0

    @abstractmethod
    def question(self, target: DirectTarget) -> Dialect:
        """What is answered otherwise while the fault is there. It leaves nothing behind."""

    @abstractmethod
    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """Why what was seen is not the fault's effect; None when it is."""

    def remember(self, target: DirectTarget) -> Mapping[str, str]:  # noqa: ARG002 -- for those that must
        """Nothing."""
        return {}

    def not_measured(self, seen: Sequence[Observation]) -> str | None:  # noqa: ARG002 -- for those that measure
        """Nothing to measure."""
        return None

    def view(self, target: DirectTarget, timing: Timing) -> View:
        """The question on a pooled and a fresh connection, by the way that clients take."""
        return open_line_view(self, asking(target.client_door, self.question(target)), timing)

    def verify_healed(self, target: DirectTarget, timing: Timing) -> Sight:
        """The question is answered on a fresh connection as a sound dependency answers it."""
        return verify_answers(asking(target.client_door, self.question(target)), timing)


def not_wrong(seen: Sequence[Observation], *beginnings: str) -> str | None:
    """Why not every connection was told something that begins so; None when every one was."""
    for one in seen:
        if not one.text.startswith(beginnings):
            said = f" ({one.text})" if one.text else ""
            return f"a {one.age} connection is {one.outcome}{said} after {one.after_ms:.0f} ms"
    return None


def not_cut_and_replaced(seen: Sequence[Observation], *told_when_cut: str) -> str | None:
    """Why not a pooled connection was cut and a fresh one is answered; None when it was so.

    A server may say why before it cuts: in words that begin as `told_when_cut`.
    """
    for one in seen:
        if one.age is Age.FRESH:
            as_due = one.outcome is Outcome.ANSWERED
        else:
            told = bool(told_when_cut) and one.text.startswith(told_when_cut)
            as_due = one.outcome is Outcome.CLOSED or told
        if not as_due:
            return f"a {one.age} connection is {one.outcome} after {one.after_ms:.0f} ms"
    return None
