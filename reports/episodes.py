"""What users felt, episode by episode: before, during and after it, what it cost, how soon they were back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from evidence.verdict_record import FaultRecovery, LedgerEntry, RecoveryState
from reports.around import Around, Compared
from reports.fault_story import FaultStory, told
from reports.numbers import format_count, format_duration, format_share, joined, plural
from slo.evidence_view import experiment_name


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
            return "nothing"
        dearest = self.costs[0]
        return f"{format_share(dearest.share_of_budget)} of {dearest.objective}"

    @property
    def cost_sentence(self) -> str:
        """What it cost the demanded objectives; empty where nothing was charged."""
        if not self.costs:
            return ""
        paid = [
            f"{format_share(one.share_of_budget)} of {one.objective} ({plural(one.bad, 'bad request')})"
            for one in self.costs
        ]
        times = (
            f" Its {format_count(self.occurrences)} occurrences together" if self.occurrences > 1 else " It"
        )
        return f"{times.strip()} burned, of the error budgets of this run, {joined(paid)}."

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
    ledger: Iterable[LedgerEntry],
    occurrences: int,
) -> EpisodeStory:
    first = stories[0]
    costs = sorted(
        (entry for entry in ledger if entry.cause == cause), key=lambda entry: -(entry.share_of_budget or 0.0)
    )
    return EpisodeStory(
        number=first.number,
        name=cause,
        stories=stories,
        before=first.before,
        during=around.during or first.during,
        after=first.after,
        recovery=first.recovery,
        costs=tuple(costs),
        occurrences=occurrences,
    )


def _cause(story: FaultStory) -> str:
    """As the ledger names it (`slo.evidence_view.cause_of`)."""
    if story.experiment is not None:
        return experiment_name(story.experiment)
    return story.name if story.target is None else f"{story.name} of {story.target}"
