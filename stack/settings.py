"""Where a stack lives and how it runs."""

import os
from dataclasses import dataclass
from pathlib import Path

from stack.layout import DEFAULT_PORT_BASE, Profile


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
    profile: Profile = Profile.SINGLE
    """What the stack is made of. Each profile has data of its own."""
    replica_heap_mb: int = 256
    """Java heap of each of three Elasticsearch nodes: enough for the drills' load on a thousand documents."""

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
        return self.data_dir_of(self.profile)

    @property
    def data_dirs(self) -> tuple[Path, ...]:
        """Those of all profiles."""
        return tuple(self.data_dir_of(profile) for profile in Profile)

    def data_dir_of(self, profile: Profile) -> Path:
        """Where a profile keeps its data."""
        return self.state_dir / ("data" if profile is Profile.SINGLE else f"data-{profile}")

    @property
    def backups_dir(self) -> Path:
        """Snapshots, base backups, archived write-ahead log: what outlives the disk of a part."""
        return self.data_dir / "backups"

    @property
    def node_heap_mb(self) -> int:
        """Java heap of one Elasticsearch node."""
        return self.elasticsearch_heap_mb if self.profile is Profile.SINGLE else self.replica_heap_mb

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
