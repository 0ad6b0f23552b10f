"""What a walk through phases needs of an experiment."""

from typing import Protocol


class RunningExperiment(Protocol):
    """An experiment that was started in a process of its own."""

    def exit_code(self) -> int | None:
        """None while it runs."""
        ...

    def watch(self) -> None:
        """Interrupt it if an activity ignores its time limit at this moment."""
        ...

    def interrupt(self, why: str) -> None:
        """Ask it to roll back and end; returns when it has, or was ended after a bounded time."""
        ...
