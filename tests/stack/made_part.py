"""A part made for tests: a shell script, since an unprivileged user can run that wherever Python is."""

from dataclasses import dataclass
from pathlib import Path

from stack.layout import PartLayout
from stack.parts import Command, PartContext, Unanswered
from stack.programs import Program

ANSWERING = "echo here; touch answering; exec sleep 600"
SILENT = "echo here; exec sleep 600"

_LAYOUT = PartLayout("made", "Made", "1.0", 5)


@dataclass(frozen=True, slots=True)
class MadePart:
    """Answers once there is a file `answering` in its folder."""

    script: str
    folder: Path
    layout: PartLayout = _LAYOUT
    programs: tuple[Program, ...] = ()
    ready_timeout_s: float = 20.0

    def ports(self, port_base: int) -> tuple[int, ...]:
        """One, on which nothing listens."""
        return (self.layout.port(port_base),)

    def prepare(self, context: PartContext) -> None:  # noqa: ARG002 -- as every part has it
        """Take away what an earlier start answered with."""
        (self.folder / "answering").unlink(missing_ok=True)

    def command(self, context: PartContext) -> Command:  # noqa: ARG002 -- as every part has it
        """The script."""
        return Command(("/bin/sh", "-c", self.script))

    def ask(self, port: int, timeout_s: float) -> str:  # noqa: ARG002 -- as every part has it
        """Look for the file."""
        if not (self.folder / "answering").exists():
            raise Unanswered("no file")
        return self.layout.version
