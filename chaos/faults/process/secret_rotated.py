"""Secret rotated: what the service signs or hashes with is another."""

import secrets
from dataclasses import dataclass
from typing import ClassVar, Literal

import psutil
from pydantic import ConfigDict

from chaos.errors import InvalidArgumentError
from chaos.faults.process.alteration_fault import AlterationFault
from chaos.processes.restart import Alteration, find_registered
from chaos.targets.process import ProcessTarget
from evidence.stack_record import StackProcess

_VARIABLES = {
    "token": ("SERVICE_TOKEN_SECRET", "SERVICE_TOKEN_PREVIOUS_SECRET"),
    "key-pepper": ("SERVICE_KEY_PEPPER", "SERVICE_KEY_PREVIOUS_PEPPER"),
}
"""Of the reference service: the secret, and the one before it that is still believed."""


@dataclass(frozen=True, slots=True)
class SecretRotated(AlterationFault):
    """The service is started with a secret that is made for it, and written down nowhere."""

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "secret-rotated"
    effect: ClassVar[str] = (
        "Connections are cut once; then what was issued before is believed only if the previous secret is."
    )

    secret: Literal["token", "key-pepper"] = "token"  # noqa: S105 -- which one
    """What access tokens are signed with, or what API keys are hashed with."""
    previous_is_believed: bool = True
    """As it is when secrets are rotated in good order."""

    def alteration(self, registered: StackProcess) -> Alteration:
        """A new one. Raises InvalidArgumentError for a process that was started without any."""
        present, previous = _VARIABLES[self.secret]
        if present not in registered.environment:
            raise InvalidArgumentError(
                f"secret-rotated needs a process that is registered with {present}, as the reference service "
                "that stormproof serve starts. Nothing was broken."
            )
        believed = registered.environment[present] if self.previous_is_believed else ""
        return Alteration({present: secrets.token_hex(32), previous: believed})

    def not_altered(self, target: ProcessTarget, process: psutil.Process) -> str | None:
        """The system tells what it was given; what that is, nobody is told."""
        if target.stack_file is None:
            return "it is no process of the stack"
        registered = find_registered(target.stack_file, target.name).environment
        present, previous = _VARIABLES[self.secret]
        given = process.environ()
        if given.get(present, "") in {"", registered.get(present, "")}:
            return f"it has the {present} that it always has"
        believed = registered.get(present, "") if self.previous_is_believed else ""
        return None if given.get(previous) == believed else f"its {previous} is not as asked for"
