"""What each upstream did with what it was sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """Answers of one upstream."""

    requests: int = 0
    failed: int = 0
    """5xx, and none."""

    def plus(self, *, failed: bool) -> "Counts":
        """One answer more."""
        return Counts(self.requests + 1, self.failed + failed)

    def since(self, earlier: "Counts") -> "Counts":
        """What came after."""
        return Counts(self.requests - earlier.requests, self.failed - earlier.failed)
