"""Where an experiment looks for what it is to break."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chaos.errors import InvalidArgumentError
from chaos.probes import speech_of
from chaos.probes.speech import Speech
from chaos.targets.settings import TargetSettings
from chaos.toxiproxy import Toxiproxy
from evidence.stack_record import StackRecord, read_stack


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The local stack, and what the experiment itself says of others."""

    toxiproxy: Toxiproxy
    stack_file: Path
    """`stack.json` of the local stack; nothing may be there."""
    targets: Mapping[str, TargetSettings] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()
    """Hosts off this machine that somebody said yes to."""

    def settings(self, name: str) -> TargetSettings:
        """What the experiment says of a target: nothing, where it does not name it."""
        return self.targets.get(name, TargetSettings())

    def stack(self, name: str) -> StackRecord:
        """What runs on this machine, to look for the target `name` in.

        Raises InvalidArgumentError where there is no stack, InvalidFile for a damaged `stack.json`.
        """
        if not self.stack_file.exists():
            raise InvalidArgumentError(
                f"target {name!r} cannot be looked for: there is no {self.stack_file}. Start it with: "
                "stormproof up; or say in the experiment's configuration, under `targets`, where it is."
            )
        return read_stack(self.stack_file)

    def speech(self, name: str) -> Speech:
        """What a target speaks: as the experiment says, else as a dependency of that name does.

        Raises InvalidArgumentError.
        """
        told = self.settings(name).speech or speech_of(name)
        if told is None:
            raise InvalidArgumentError(
                f"target {name!r} is unknown: must be one of elasticsearch, postgres, redis-cache, "
                "redis-state, or be named in the experiment's configuration under `targets` with its "
                f"dialect, as targets: {{{name}: {{dialect: http}}}}."
            )
        return told
