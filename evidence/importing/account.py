"""What became of each line of a file: none is lost silently."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from evidence.errors import InvalidFile, Problem
from evidence.importing.errors import BadValue

_MOST_EXAMPLES = 3


@dataclass(slots=True)
class Account:
    """Counts lines (samples or messages where a format has no lines) by what became of them.

    `seen` is always the sum of `used`, `passed_over`, `bad` and `cut`.
    """

    file: Path
    skip_bad: bool = False
    unit: str = "lines"
    """What is counted."""
    seen: int = 0
    used: int = 0
    """Parts of a request that was imported."""
    passed_over: Counter[str] = field(default_factory=Counter)
    """Lines that are about something else, by what that is."""
    bad: int = 0
    """Lines that do not hold what they must, skipped as asked."""
    cut: int = 0
    """The last line of a file that ends within it, as a killed tool leaves it."""
    remarks: dict[str, None] = field(default_factory=dict)
    """What a reader of the evidence should know, a sentence without its full stop, once each."""
    examples: list[str] = field(default_factory=list)

    @property
    def others(self) -> str:
        """What was passed over, the most frequent first."""
        return ", ".join(f"{what} ({count:,})" for what, count in self.passed_over.most_common())

    def use(self, lines: int = 1) -> None:
        """These lines made a request."""
        self.seen += lines
        self.used += lines

    def pass_over(self, what: str, lines: int = 1) -> None:
        """These lines are about something else."""
        self.seen += lines
        self.passed_over[what] += lines

    def refuse(self, where: str, error: BadValue, lines: int = 1) -> None:
        """These lines are bad: skipped where that is asked for. Raises InvalidFile where it is not."""
        problem = self._problem(where, error)
        if not self.skip_bad:
            next_step = "Mend the line, or import what can be read with --skip-bad-lines."
            raise InvalidFile(self.file, (problem,), next_step)
        self.seen += lines
        self.bad += lines
        if len(self.examples) < _MOST_EXAMPLES:
            self.examples.append(str(problem))

    def cut_off(self, lines: int = 1) -> None:
        """The file ends within these lines."""
        self.seen += lines
        self.cut += lines

    def remark(self, text: str) -> None:
        """Tell the reader of the evidence this."""
        self.remarks.setdefault(text)

    def broken(self, where: str, value: str, allowed: str, next_step: str) -> InvalidFile:
        """The error of a file that cannot be read on, whatever may be skipped."""
        return InvalidFile(self.file, (Problem(where, value, allowed),), next_step)

    def _problem(self, where: str, error: BadValue) -> Problem:
        place = f"{where}, {error.where}" if error.where else where
        return Problem(place, error.value, error.allowed)
