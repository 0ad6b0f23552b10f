"""Where a stack lives and how it runs."""

import os
from dataclasses import dataclass
from pathlib import Path

from stack.layout import DEFAULT_PORT_BASE


@dataclass(frozen=True, slots=True)
class StackSettings:
    """One stack on this machine."""

    programs_dir: Path
    """Downloaded programs; stacks may share it."""
    state_dir: Path
    """Data, logs and `stack.json` of this stack alone."""
    port_base: int = DEFAULT_PORT_BASE
    """First of its 100 ports, all on loopback."""
    run_as: str = "nobody"
    """The user that parts run as when the caller is root: Elasticsearch and PostgreSQL refuse root."""
    nice: int = 10
    """Priority of the parts, so that they yield the cores to the generator and the service."""
    elasticsearch_heap_mb: int = 768
    """Java heap; as much again is needed beside it at most."""

    @property
    def part_user(self) -> str | None:
        """The user to switch to, None when the caller is not root."""
        return self.run_as if os.geteuid() == 0 else None

    @property
    def stack_file(self) -> Path:
        """The register of parts and processes."""
        return self.state_dir / "stack.json"

    @property
    def data_dir(self) -> Path:
        """Holds one folder per part."""
        return self.state_dir / "data"

    @property
    def logs_dir(self) -> Path:
        """Holds one log file per part or process."""
        return self.state_dir / "logs"

    @property
    def tls_dir(self) -> Path:
        """The stack's certificate authority, and the certificates that it gave."""
        return self.state_dir / "tls"

    def part_dir(self, part: str) -> Path:
        """One part's data, which it owns; also its working folder."""
        return self.data_dir / part

    def config_dir(self, part: str) -> Path:
        """What one part is configured with: the caller's own, so that the part cannot change it."""
        return self.state_dir / "config" / part

    def log_file(self, process: str) -> Path:
        """The log file of one part or process."""
        return self.logs_dir / f"{process}.log"
