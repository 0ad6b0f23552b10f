"""What an experiment's configuration says of a target that is not one of the local stack's."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError

from chaos.errors import InvalidArgumentError
from chaos.probes.speech import DialectName, Speech


@dataclass(frozen=True, slots=True)
class TargetSettings:
    """Where one target is and what it speaks; which of these a target needs depends on the fault.

    Behind a proxy: its dialect. Reached directly: its address too. A process: its pid file, the address and
    dialect by which it is asked, and the command that starts it again. A service: its URL.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    dialect: DialectName | None = None
    path: str = "/"
    """http: what is asked for."""
    user: str = "postgres"
    """postgres: who logs in, without a password."""
    database: str = "postgres"
    say: str = ""
    """tcp: what is said, so that an answer comes back."""
    expect: str = ""
    """tcp: what the answer ends with; empty where any byte is an answer."""
    address: str | None = None
    """host:port on loopback, not that of a proxy."""
    pid_file: Path | None = None
    """The file that holds the process's id, as an absolute path."""
    restart: tuple[str, ...] = ()
    """The command that starts a foreign process again, with its arguments: no shell takes part."""
    url: str | None = None
    """Of a service: http://host:port/path, where it says that it is well."""

    def __post_init__(self) -> None:
        """Raises ValueError for a dialect that lacks something."""
        _ = self.speech

    @property
    def speech(self) -> Speech | None:
        """What the target speaks, where the configuration says so."""
        if self.dialect is None:
            return None
        return Speech(self.dialect, self.path, self.user, self.database, self.say, self.expect)


_ADAPTER = TypeAdapter(dict[str, TargetSettings])


def read_target_settings(content: object) -> Mapping[str, TargetSettings]:
    """What `targets` in a configuration says, by name. Raises InvalidArgumentError."""
    if content in (None, ""):
        return {}
    try:
        return _ADAPTER.validate_python(content, strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise InvalidArgumentError(
            f"configuration, targets.{where}: {first.get('input')!r}: {first['msg']}. Mend the experiment: a "
            "target is a name and, as far as it needs them, dialect, path, user, database, say, expect, "
            "address, pid_file, restart, url."
        ) from error
