"""What became of the requests of a run, all of them: the warm-up too, and what does not count."""

from dataclasses import dataclass

from evidence.request_record import Outcome
from evidence.run_folder import RunFolder
from slo.evidence_view import open_evidence
from slo.sql import query


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many of one target's requests came to one end."""

    target: str
    """URL, or the name that the scenario gives it."""
    outcome: Outcome
    requests: int
    first_detail: str | None
    """What the first of them says of it."""


def count_outcomes(folder: RunFolder) -> tuple[OutcomeCount, ...]:
    """By target, the most frequent outcome first. Raises InvalidFile."""
    with open_evidence(folder) as evidence:
        rows = evidence.rows(query("outcomes"))
    return tuple(OutcomeCount(target, Outcome(name), count, detail) for target, name, count, detail in rows)
