"""How long to wait before a worker that died is started again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """Waits of `base_s` doubled with every death in a row, up to `most_s`.

    A worker that lived for `steady_s` begins the row anew: its death is news, not the same story again.
    Before any worker was ready once, `give_up_after` deaths in a row are taken for an answer: what keeps
    them from starting (a wrong setting, a full disk) is for people to see, and not for trying again.
    """

    base_s: float = 0.1
    most_s: float = 10.0
    steady_s: float = 60.0
    give_up_after: int = 5

    def wait_s(self, deaths: int) -> float:
        """Seconds to wait after so many deaths in a row, counted from 1."""
        doublings = min(deaths - 1, 30)
        return min(self.most_s, self.base_s * 2.0**doublings)

    def deaths(self, before: int, lived_s: float) -> int:
        """Deaths in a row, this one counted."""
        return 1 if lived_s >= self.steady_s else before + 1
