"""What faults have in common that start a process again with something different."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import psutil

from chaos.errors import InvalidArgumentError
from chaos.faults.fault import Mark
from chaos.faults.plain_fault import FieldParameters
from chaos.faults.process.altered_view import open_altered_view
from chaos.faults.process.process_fault import STARTS_WITHIN_S, see_running
from chaos.processes.ending import end_family
from chaos.processes.restart import Alteration, find_registered
from chaos.processes.subject import (
    alter,
    is_altered,
    present,
    present_family,
    require_restartable,
    start_again,
)
from chaos.sight import Sight, View
from chaos.state_view import StateView
from chaos.targets.process import ProcessTarget
from chaos.timing import Timing
from evidence.stack_record import StackProcess

_ENDS_WITHIN_S = 3.0
_HEALS_WITHIN_S = 1.0
"""Whoever heals waits less for a good end: all of these parts survive a bad one."""


class AlterationFault(FieldParameters):
    """Base of them. The process is ended in good order, and started with the alteration; healing starts it
    as `stack.json` says, which never tells the alteration."""

    __slots__ = ()

    name: ClassVar[str]

    @abstractmethod
    def alteration(self, registered: StackProcess) -> Alteration:
        """What is different from how it is started otherwise.

        Raises ChaosError where this machine cannot have it.
        """

    @abstractmethod
    def not_altered(self, target: ProcessTarget, process: psutil.Process) -> str | None:
        """Why the process does not have what is different; None when it has. Raises psutil.Error."""

    def prepare(self, registered: StackProcess) -> None:
        """What must be there before it starts: nothing, for most. Raises ChaosError, OSError."""

    def clear(self, registered: StackProcess) -> None:
        """Take that away; harmless where nothing is there. Raises ChaosError, OSError."""

    def remember(self, target: ProcessTarget) -> Mapping[str, str]:
        """Its niceness. Raises InvalidArgumentError for a foreign process."""
        if target.stack_file is None:
            raise InvalidArgumentError(
                f"target {target.name!r} is foreign: {self.name} needs a process of the stack, whose "
                "environment and arguments stack.json tells."
            )
        return require_restartable(target)

    def inject(self, target: ProcessTarget, mark: Mark) -> None:
        """End it, and start it with the alteration."""
        assert target.stack_file is not None  # noqa: S101 -- as `remember` makes sure
        registered = find_registered(target.stack_file, target.name)
        alteration = self.alteration(registered)
        self.prepare(registered)
        end_family(target.name, present_family(target), _ENDS_WITHIN_S)
        alter(target, mark.before, mark.id, alteration)

    def in_place(self, target: ProcessTarget, mark: Mark) -> bool:
        """What runs was started by this occurrence."""
        return is_altered(target, mark.id)

    def heal(self, target: ProcessTarget, mark: Mark) -> None:
        """End it, if it is still the altered one, and start it as it is registered."""
        assert target.stack_file is not None  # noqa: S101 -- as `remember` made sure
        self.clear(find_registered(target.stack_file, target.name))
        if is_altered(target, mark.id):
            end_family(target.name, present_family(target), _HEALS_WITHIN_S)
        start_again(target, mark.before, mark.id)

    def view(self, target: ProcessTarget, timing: Timing) -> View:
        """A pooled and a fresh connection, where it has a door; always what the process was given."""

        def not_altered() -> str | None:
            process = present(target)
            if process is None:
                return "it does not run"
            try:
                return self.not_altered(target, process)
            except psutil.Error as error:
                return str(error)

        if target.door is None:
            return StateView(f"{self.name} of {target.name}", not_altered, timing, STARTS_WITHIN_S)
        return open_altered_view(target.door, not_altered, STARTS_WITHIN_S, timing)

    def verify_healed(self, target: ProcessTarget, timing: Timing) -> Sight:
        """It answers; or, where nobody said how to ask it, it runs."""
        return see_running(target, timing, STARTS_WITHIN_S)
