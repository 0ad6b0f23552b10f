"""What users felt, episode by episode: before, during and after it, what it cost, how soon they were back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from evidence.verdict_record import CauseKind, FaultRecovery, LedgerEntry, RecoveryState
from reports.around import Around, Compared
from reports.fault_story import FaultStory, told
from reports.numbers import format_count, format_duration, format_share, joined, plural
from slo.evidence_view import experiment_name

TOGETHER = " + "
"""Between the causes of one entry of the ledger (`slo.ledger`)."""


@dataclass(frozen=True, slots=True)
class EpisodeStory:
    """What was broken at once for one reason, and what it did to users."""

    number: int
    name: str
    stories: tuple[FaultStory, ...]
    """One for each fault."""
    before: Compared | None
    during: Compared | None
    after: Compared | None
    recovery: tuple[FaultRecovery, ...]
    costs: tuple[LedgerEntry, ...]
    """What was charged to its cause, the largest share of a budget first."""
    shared: tuple[LedgerEntry, ...]
    """The same of what was charged to it and others together, which were broken at the same time."""
    occurrences: int
    """Of the same cause in the run: they share `costs`."""

    @property
    def felt(self) -> bool:
        """Each of its faults was."""
        return all(story.felt for story in self.stories)

    @property
    def healed(self) -> bool:
        """Each of its faults was seen to be gone."""
        return all(story.healed for story in self.stories)

    @property
    def what(self) -> str:
        """What was broken: refused on redis-cache and redis-state."""
        targets: dict[str, list[str]] = {}
        for story in self.stories:
            targets.setdefault(story.name, []).extend([story.target] if story.target else [])
        parts = [f"{name} on {joined(on)}" if on else name for name, on in targets.items()]
        return "" if parts == [self.name] else joined(parts)

    @property
    def sentence(self) -> str:
        """What users met with."""
        return told(self.before, self.during)

    @property
    def cost(self) -> str:
        """What the dearest objective paid."""
        if not self.costs or not self.costs[0].bad:
            return "nothing by itself" if self.shared else "nothing"
        dearest = self.costs[0]
        return f"{format_share(dearest.share_of_budget)} of {dearest.objective}"

    @property
    def shared_cost(self) -> str:
        """What the objective paid that was dearest to it and others together; empty where there is none."""
        if not self.shared:
            return ""
        dearest = self.shared[0]
        return f"{format_share(dearest.share_of_budget)} of {dearest.objective} {self._beside(dearest)}"

    @property
    def cost_sentence(self) -> str:
        """What it cost the demanded objectives; empty where nothing was charged."""
        if not self.costs and not self.shared:
            return ""
        times = f"Its {format_count(self.occurrences)} occurrences together" if self.occurrences > 1 else "It"
        alone = [_paid(one) for one in self.costs] or ["nothing by itself"]
        text = f"{times} burned, of the error budgets of this run, {joined(alone)}"
        others = [f"{_paid(one)} {self._beside(one)}" for one in self.shared]
        return f"{text}; and {joined(others)}." if others else f"{text}."

    def _beside(self, entry: LedgerEntry) -> str:
        others = [cause for cause in entry.cause.split(TOGETHER) if cause != self.name]
        return f"together with {joined(others)}"

    @property
    def recover_told(self) -> str:
        """How soon the users that were longest without were back."""
        if not self.recovery:
            return ""
        if any(one.state is RecoveryState.NOT_BACK for one in self.recovery):
            return "not back"
        slowest = max(
            (one for one in self.recovery if one.state is RecoveryState.RECOVERED),
            key=lambda one: one.recover_s or 0.0,
            default=None,
        )
        if slowest is None:
            return "never out"
        return format_duration(slowest.recover_s) if slowest.recover_s else "before it ended"


def tell_episodes(
    stories: Iterable[FaultStory], around: Mapping[int, Around], ledger: Iterable[LedgerEntry]
) -> tuple[EpisodeStory, ...]:
    """An episode for each number that stories have."""
    grouped = [tuple(found) for _, found in groupby(stories, key=lambda story: story.number)]
    causes = [_cause(found[0]) for found in grouped]
    charged = list(ledger)
    return tuple(
        _episode(found, cause, around.get(found[0].number, Around()), charged, causes.count(cause))
        for found, cause in zip(grouped, causes, strict=True)
    )


def _episode(
    stories: tuple[FaultStory, ...],
    cause: str,
    around: Around,
    ledger: Sequence[LedgerEntry],
    occurrences: int,
) -> EpisodeStory:
    first = stories[0]
    return EpisodeStory(
        number=first.number,
        name=cause,
        stories=stories,
        before=first.before,
        during=around.during or first.during,
        after=first.after,
        recovery=first.recovery,
        costs=tuple(_dearest_first(entry for entry in ledger if entry.cause == cause)),
        shared=tuple(_dearest_first(entry for entry in ledger if _shares(entry, cause))),
        occurrences=occurrences,
    )


def _dearest_first(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    return sorted(entries, key=lambda entry: -(entry.share_of_budget or 0.0))


def _shares(entry: LedgerEntry, cause: str) -> bool:
    return entry.kind is CauseKind.OVERLAP and cause in entry.cause.split(TOGETHER)


def _paid(entry: LedgerEntry) -> str:
    return f"{format_share(entry.share_of_budget)} of {entry.objective} ({plural(entry.bad, 'bad request')})"


def _cause(story: FaultStory) -> str:
    """As the ledger names it (`slo.evidence_view.cause_of`)."""
    if story.experiment is not None:
        return experiment_name(story.experiment)
    return story.name if story.target is None else f"{story.name} of {story.target}"
