"""What can be wrong with a file that people or programs hand to us."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong at one place in a file."""

    where: str
    """Path inside the file, as `personas[0].rate_per_s`; empty for the file as a whole."""
    value: str
    """What stands there, shortened."""
    allowed: str
    """What may stand there."""

    def __str__(self) -> str:
        place = self.where or "the file"
        return f"{place}: {self.value}: {self.allowed}"


class InvalidFile(ValueError):  # noqa: N818 -- the vocabulary of the field: a file is valid or invalid
    """A file does not hold what it must. Says file, path, value, what is allowed and what to do next."""

    def __init__(self, file: Path, problems: tuple[Problem, ...], next_step: str) -> None:
        self.file = file
        self.problems = problems
        self.next_step = next_step
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{file} is not valid:\n{lines}\n{next_step}")
