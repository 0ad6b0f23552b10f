"""What each operation may do under each fault, read from a contract file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evidence.documents import read_document
from evidence.errors import InvalidFile, Problem
from slo.allowed_fields import with_allowed_fields
from slo.contract.document import ContractDocument, PartDocument, PromisesDocument, SituationDocument
from slo.contract.promises.availability import Availability
from slo.contract.promises.durability import Durabilities
from slo.contract.promises.outcomes import Outcomes
from slo.contract.promises.p99 import P99
from slo.contract.promises.promise import Promise
from slo.contract.promises.recovery import RecoveryTime
from slo.contract.promises.served_from import Sources
from slo.contract.promises.staleness import Staleness
from slo.contract.promises.statuses import Statuses
from slo.contract.situation import Part, Situation
from slo.evidence_view import experiment_name

_NEXT_STEP = "Mend the contract; docs/contract.md tells its form."


@dataclass(frozen=True, slots=True)
class Clause:
    """What one operation promises in one situation."""

    operation: str
    promises: tuple[Promise, ...]

    def promise[P](self, kind: type[P]) -> P | None:
        """Its promise of this kind."""
        return next((one for one in self.promises if isinstance(one, kind)), None)


@dataclass(frozen=True, slots=True)
class Article:
    """One situation, and what each operation promises in it."""

    name: str
    situation: Situation
    clauses: tuple[Clause, ...]
    source: str = ""
    """Who names it."""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """All of it."""

    name: str
    articles: tuple[Article, ...]
    recovered_share: float = 0.95
    """Of an operation's requests that end ok: it is itself again."""


def read_contract(path: Path) -> Contract:
    """The contract at `path`. Raises InvalidFile, naming every problem."""
    try:
        document = read_document(path, ContractDocument, next_step=_NEXT_STEP)
    except InvalidFile as error:
        problems = tuple(with_allowed_fields(one, ContractDocument) for one in error.problems)
        raise InvalidFile(path, problems, error.next_step) from error
    problems = tuple(_problems(document))
    if problems:
        raise InvalidFile(path, problems, _NEXT_STEP)
    share = document.recovered.share
    return Contract(
        document.metadata.name,
        tuple(_article(one, document, share) for one in document.situations),
        share,
    )


def _article(written: SituationDocument, document: ContractDocument, share: float) -> Article:
    operations = dict.fromkeys(name for group in written.promises for name in group.operations)
    return Article(
        name=written.name,
        situation=Situation(tuple(_parts(written, document))),
        clauses=tuple(
            Clause(
                operation,
                tuple(
                    promise
                    for group in written.promises
                    if operation in group.operations
                    for promise in _promises(group, share)
                ),
            )
            for operation in operations
        ),
        source=written.source,
        description=written.description,
    )


def _parts(written: SituationDocument, document: ContractDocument) -> Iterator[Part]:
    for part in written.when or ():
        experiment = None if part.experiment is None else experiment_name(part.experiment)
        yield Part(experiment, frozenset(part.targets or ()), frozenset(part.faults or ()))
    named = {one.name: one for one in document.situations}
    for name in written.together or ():
        yield from _parts(named[name], document)


def _promises(group: PromisesDocument, share: float) -> Iterator[Promise]:
    if group.statuses is not None:
        yield Statuses(group.statuses)
    if group.outcomes is not None:
        yield Outcomes(group.outcomes)
    if group.served_from is not None:
        yield Sources(group.served_from)
    if group.staleness_s is not None:
        yield Staleness(group.staleness_s)
    if group.durability is not None:
        yield Durabilities(group.durability)
    if group.availability is not None:
        yield Availability(group.availability)
    if group.p99_ms is not None:
        yield P99(group.p99_ms)
    if group.recovery_s is not None:
        yield RecoveryTime(group.recovery_s, share)


def _problems(document: ContractDocument) -> Iterator[Problem]:
    names = [one.name for one in document.situations]
    simple = [one.name for one in document.situations if one.when]
    if not names:
        yield Problem("situations", "none", "must hold at least one situation")
    for index, situation in enumerate(document.situations):
        where = f"situations[{index}]"
        if names.index(situation.name) != index:
            yield Problem(f"{where}.name", repr(situation.name), "each situation needs a name of its own")
        if (situation.when is None) == (situation.together is None):
            told = "neither" if situation.when is None else "both"
            yield Problem(where, told, "must have one of when and together")
        for place, name in enumerate(situation.together or ()):
            if name not in simple:
                allowed = f"must be a situation with when: one of {', '.join(simple) or 'none'}"
                yield Problem(f"{where}.together[{place}]", repr(name), allowed)
        for place, part in enumerate(situation.when or ()):
            yield from _part_problems(f"{where}.when[{place}]", part)
        yield from _promise_problems(where, situation)


def _part_problems(where: str, part: PartDocument) -> Iterator[Problem]:
    by_kind = part.targets is not None or part.faults is not None
    if (part.experiment is not None) == by_kind:
        yield Problem(where, "both" if by_kind else "neither", "must have experiment, or targets or faults")


def _promise_problems(where: str, situation: SituationDocument) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    if not situation.promises:
        yield Problem(f"{where}.promises", "none", "must promise something")
    for index, group in enumerate(situation.promises):
        place = f"{where}.promises[{index}]"
        kinds = [promise.kind for promise in _promises(group, 0.5)]
        if not kinds:
            yield Problem(place, "no promise", "must promise something: statuses, outcomes, availability…")
        if group.recovery_s is not None and situation.when == ():
            yield Problem(f"{place}.recovery_s", f"{group.recovery_s:g}", "nothing is broken: nothing heals")
        for operation in group.operations:
            for kind in kinds:
                if (operation, kind) in seen:
                    yield Problem(f"{place}.{kind}", operation, "this operation promises it already")
                seen.add((operation, kind))
