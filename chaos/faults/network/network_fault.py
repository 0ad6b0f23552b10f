"""What faults of the network have in common: a proxy's doing, felt on connections through it."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from chaos.errors import InvalidArgumentError
from chaos.faults.fault import Mark
from chaos.faults.plain_fault import PlainFault
from chaos.line_view import open_line_view
from chaos.probes.line import Observation
from chaos.probes.question import USUAL, Question
from chaos.sight import Sight, View
from chaos.targets.proxy import ProxyTarget
from chaos.timing import Timing
from chaos.toxiproxy import Stream, Toxic
from chaos.verification import NORMAL_MS, verify_answers


class NetworkFault(PlainFault):
    """Base of the faults that are toxics of a proxy.

    https://github.com/Shopify/toxiproxy/blob/v2.12.0/README.md#toxics tells what each toxic does.
    """

    __slots__ = ()

    name: ClassVar[str]

    @property
    @abstractmethod
    def toxic_type(self) -> str:
        """As Toxiproxy names it."""

    @property
    @abstractmethod
    def attributes(self) -> Mapping[str, int]:
        """Of the toxic."""

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The directions in which it works."""
        return ("downstream",)

    @property
    @abstractmethod
    def watch_s(self) -> float:
        """How long one look takes at most, to tell whether the fault is felt."""

    @property
    def measure_s(self) -> float:
        """It has no strength that shows only later."""
        return 0.0

    @property
    def question(self) -> Question:
        """What connections are asked to feel it, and to see that it is gone."""
        return USUAL

    def sound_ms(self, seen: Observation) -> float:  # noqa: ARG002 -- for those of which it depends
        """Once it is healed, what was seen on a fresh connection must have come within this."""
        return NORMAL_MS

    @abstractmethod
    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """Why what was seen is not the fault's effect; None when it is."""

    def too_short(self, sound: Observation) -> str | None:  # noqa: ARG002 -- for those that need long answers
        """The fault's strength, where a sound answer is too short to feel it; None where it is not."""
        return None

    def not_measured(self, seen: Sequence[Observation]) -> str | None:  # noqa: ARG002 -- for those that measure
        """Nothing to measure."""
        return None

    def inject(self, target: ProxyTarget, mark: Mark) -> None:
        """Add the toxics."""
        for toxic in self._toxics(mark):
            target.toxiproxy.add_toxic(target.name, toxic)

    def in_place(self, target: ProxyTarget, mark: Mark) -> bool:
        """The proxy has all of them."""
        state = target.toxiproxy.proxy(target.name)
        return all(state.toxic(toxic.name) is not None for toxic in self._toxics(mark))

    def heal(self, target: ProxyTarget, mark: Mark) -> None:
        """Remove them."""
        for toxic in self._toxics(mark):
            target.toxiproxy.remove_toxic(target.name, toxic.name)

    def view(self, target: ProxyTarget, timing: Timing) -> View:
        """A pooled and a fresh connection through the proxy.

        Raises InvalidArgumentError for a target whose answers are too short to feel the fault.
        """
        view = open_line_view(self, target.door, timing, self.question)
        strength = self.too_short(view.sound)
        if strength is None:
            return view
        view.close()
        raise InvalidArgumentError(
            f"target {target.name!r}: a question of {view.sound.sent_bytes} bytes with an answer of "
            f"{view.sound.received_bytes} is too short to feel {strength}. Give the target, under "
            "`targets` in the configuration, a path or words with a longer answer; or make the fault "
            "stronger."
        )

    def verify_healed(self, target: ProxyTarget, timing: Timing) -> Sight:
        """A fresh connection through the proxy is answered as soon as a sound one is."""
        return verify_answers(target.door, timing, question=self.question, allowed_ms=self.sound_ms)

    def _toxics(self, mark: Mark) -> tuple[Toxic, ...]:
        first, *more = self.streams
        names = {first: mark.id} | {stream: f"{mark.id}.{stream}" for stream in more}
        return tuple(Toxic(name, self.toxic_type, stream, self.attributes) for stream, name in names.items())
