"""What is imported, and how."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from evidence.importing.catalogue import AUTO
from evidence.importing.errors import InvalidOption
from evidence.importing.format import Format, ReadOptions
from evidence.importing.labels import Labels

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_OPTIONS: Mapping[str, str] = {
    "zone": "--time-zone",
    "expected": "--expected-status",
    "log_format": "--log-format",
    "unit_ns": "--unit",
    "clock": "--clock",
    "started_at_ns": "--started-at",
    "assume_answered": "--assume-answered",
}


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Files of one format become one run."""

    files: tuple[Path, ...]
    format: str = AUTO
    runs_dir: Path = Path("runs")
    name: str | None = None
    """Of the run; by default the tool's."""
    target: str | None = None
    """What was under load, where the files do not say it."""
    read: ReadOptions = field(default_factory=ReadOptions)
    labels: Labels = field(default_factory=Labels)
    warm_up_s: float = 0.0
    skip_bad_lines: bool = False
    command: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises InvalidOption for what cannot be used whatever the files hold."""
        if not self.files:
            raise InvalidOption("name at least one file")
        seen: set[Path] = set()
        for file in self.files:
            if file.resolve() in seen:
                raise InvalidOption(f"{file}: is named twice: its requests would count twice")
            seen.add(file.resolve())
        if self.name is not None and not _NAME.fullmatch(self.name):
            raise InvalidOption(f"--name {self.name!r}: must be small letters, digits and hyphens, up to 63")
        if not 0 <= self.warm_up_s < float("inf"):
            raise InvalidOption(f"--warm-up-s {self.warm_up_s:g}: must be seconds, 0 or more")

    def check_options_of(self, form: Format) -> None:
        """Raises InvalidOption for an option that the format makes no use of."""
        for one in fields(self.read):
            if getattr(self.read, one.name) is not None and one.name not in form.options:
                usable = sorted(_OPTIONS[name] for name in form.options)
                told = f"it understands {', '.join(usable)}" if usable else "it understands none of that kind"
                raise InvalidOption(f"{_OPTIONS[one.name]} is of no use for {form.name}: {told}")
