"""Restarted with: the same program, in another environment or with further arguments."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import psutil
from pydantic import ConfigDict, Field

from chaos.faults.process.alteration_fault import AlterationFault
from chaos.processes.restart import Alteration
from chaos.targets.process import ProcessTarget
from evidence.stack_record import StackProcess


@dataclass(frozen=True, slots=True)
class RestartedWith(AlterationFault):
    """Such as a service whose local journal is full at once (SERVICE_JOURNAL_BYTES: "65536"), or PostgreSQL
    with few connections (arguments: ["-c", "max_connections=10"]).

    What is given here is told in the timeline: no place for secrets.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "restarted-with"
    effect: ClassVar[str] = "Connections are cut once; then it answers as what is different makes it."

    environment: Annotated[dict[str, str], Field(max_length=50)] = field(default_factory=dict)
    """Variables that are added, or replace registered ones."""
    arguments: Annotated[tuple[str, ...], Field(max_length=50)] = ()
    """Further arguments, at the end."""

    def __post_init__(self) -> None:
        """Raises ValueError where nothing would be different."""
        if not self.environment and not self.arguments:
            raise ValueError("environment, arguments: one of them must say what is different")

    def alteration(self, registered: StackProcess) -> Alteration:  # noqa: ARG002 -- for those that need it
        """As given."""
        return Alteration(self.environment, self.arguments)

    def not_altered(self, target: ProcessTarget, process: psutil.Process) -> str | None:  # noqa: ARG002
        """The system tells what it was given, as far as the program has not written its title over it."""
        environment, arguments = process.environ(), process.cmdline()
        if "PATH" in environment:
            for name, value in self.environment.items():
                if environment.get(name) != value:
                    return f"its environment has {name}={environment.get(name)}"
        if len(arguments) > len(self.arguments) > 0 and arguments[-len(self.arguments) :] != list(
            self.arguments
        ):
            return f"its last arguments are {arguments[-len(self.arguments) :]}"
        return None
