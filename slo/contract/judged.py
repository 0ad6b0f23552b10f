"""What the evidence says of one promise."""

from dataclasses import dataclass

from evidence.verdict_record import CellVerdict


@dataclass(frozen=True, slots=True)
class Judged:
    """One promise, judged."""

    verdict: CellVerdict
    observed: str
    requests: int
    """That it rests on."""
    needs: str | None = None
    """What would exercise it, where it is not exercised."""

    @classmethod
    def proved(cls, observed: str, requests: int) -> "Judged":
        """It held, and the evidence is enough to say so."""
        return cls(CellVerdict.PROVED, observed, requests)

    @classmethod
    def violated(cls, observed: str, requests: int) -> "Judged":
        """It did not hold."""
        return cls(CellVerdict.VIOLATED, observed, requests)

    @classmethod
    def not_exercised(cls, observed: str, requests: int, needs: str) -> "Judged":
        """The evidence cannot tell."""
        return cls(CellVerdict.NOT_EXERCISED, observed, requests, needs)
