"""Where programs, data and the state of a stack are kept on this machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT_PORT_BASE = 21000
_LOWEST_PORT_BASE, _HIGHEST_PORT_BASE = 1024, 32600
"""Below the ports that only root may take, above it Linux's ephemeral ports (32768 and up)."""


class InvalidSetting(ValueError):  # noqa: N818 -- said of a setting, beside InvalidFile
    """An environment variable holds something that cannot be used."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one stack; a stack is named by the first port of its range."""

    programs_dir: Path
    """Downloaded programs, shared by all stacks of this user."""
    state_dir: Path
    """Data, logs and state of this stack."""
    port_base: int
    """First port of this stack."""

    @property
    def stack_file(self) -> Path:
        """Each part and service process: ports, pid, how to start it."""
        return self.state_dir / "stack.json"

    @property
    def tenants_file(self) -> Path:
        """Seeded tenants and their keys."""
        return self.state_dir / "tenants.json"

    @property
    def undo_file(self) -> Path:
        """What was broken and how to undo it."""
        return self.state_dir / "undo.jsonl"


def resolve_home(environment: Mapping[str, str], *, is_root: bool, user_dir: Path) -> Home:
    """The home that `environment` asks for.

    STORMPROOF_HOME moves everything; STORMPROOF_PORT_BASE names another stack beside the default one, with
    data and state of its own. Without them: the user's XDG folders, for root /var/cache and /var/lib (an
    unprivileged user cannot enter /root). Raises InvalidSetting.
    """
    port_base = _port_base(environment.get("STORMPROOF_PORT_BASE") or str(DEFAULT_PORT_BASE))
    root = environment.get("STORMPROOF_HOME")
    if root:
        state = Path(root).expanduser().absolute()
        programs = state / "programs"
    elif is_root:
        state, programs = Path("/var/lib/stormproof"), Path("/var/cache/stormproof/programs")
    else:
        state = _xdg(environment, "XDG_DATA_HOME", user_dir / ".local/share") / "stormproof"
        programs = _xdg(environment, "XDG_CACHE_HOME", user_dir / ".cache") / "stormproof/programs"
    if port_base != DEFAULT_PORT_BASE:
        state = state / "stacks" / str(port_base)
    return Home(programs_dir=programs, state_dir=state, port_base=port_base)


def _xdg(environment: Mapping[str, str], variable: str, default: Path) -> Path:
    value = environment.get(variable, "")
    # The XDG base directory specification: relative paths are invalid and to be ignored.
    return Path(value) if value.startswith("/") else default


def _port_base(value: str) -> int:
    port = int(value) if value.isascii() and value.isdigit() else -1
    if not _LOWEST_PORT_BASE <= port <= _HIGHEST_PORT_BASE:
        raise InvalidSetting(
            f"STORMPROOF_PORT_BASE={value!r}: must be a whole number from {_LOWEST_PORT_BASE} to "
            f"{_HIGHEST_PORT_BASE}; a stack uses the 100 ports from it on. Unset it for {DEFAULT_PORT_BASE}."
        )
    return port
