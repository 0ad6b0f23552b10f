"""What faults inside a dependency have in common that a process of its own holds."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from pydantic import JsonValue

from chaos.address import confirmation
from chaos.faults.fault import Mark
from chaos.faults.inside_fault import InsideFault
from chaos.holding import end_holder, holder_lives, start_holder
from chaos.targets.direct import DirectTarget


class HeldFault(InsideFault):
    """Base of faults that are there while their holder lives."""

    __slots__ = ()

    work: ClassVar[str]
    """What the holder does, as `chaos.holding` names it."""

    @abstractmethod
    def work_parameters(self) -> Mapping[str, JsonValue]:
        """What the holder needs beside the address."""

    def inject(self, target: DirectTarget, mark: Mark) -> None:
        """Start the holder."""
        address = target.door.address
        parameters = {"address": str(address), **confirmation(address), **self.work_parameters()}
        start_holder(self.work, mark.id, parameters)

    def in_place(self, target: DirectTarget, mark: Mark) -> bool:  # noqa: ARG002 -- the holder has all of it
        """The holder lives."""
        return holder_lives(mark.id)

    def heal(self, target: DirectTarget, mark: Mark) -> None:  # noqa: ARG002 -- the same
        """End the holder: what it holds ends with it."""
        end_holder(mark.id)
