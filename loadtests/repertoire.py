"""All that the personas of a scenario can ask, compiled; and what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evidence.documents import InvalidContent
from evidence.errors import Problem
from loadtests.data.table import Table
from loadtests.operations.catalogue import OWN_OPERATIONS, own_operation
from loadtests.operations.http_checks import problems_of_http
from loadtests.operations.http_compiling import compile_http
from loadtests.operations.operation import Operation
from loadtests.operations.written import WrittenOperation
from loadtests.persona import OperationShare, Persona
from loadtests.scenario import Scenario
from loadtests.sessions.compiling import compile_session
from loadtests.sessions.journey import JourneyStep
from loadtests.values.draws import ARRIVAL_NAMES, TENANT_NAMES
from loadtests.values.known_names import names_of_data

_SHOWN_NAMES = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """What one share of a persona's operations stands for: an operation, or a session."""

    steps: tuple[JourneyStep, ...]
    is_session: bool
    written: tuple[WrittenOperation, ...]
    """Those of its operations that the scenario has written."""

    @property
    def names(self) -> frozenset[str]:
        """All names that its templates use."""
        return frozenset(
            name for one in self.written for names in one.names_by_place.values() for name in names
        )


@dataclass(frozen=True, slots=True)
class Repertoire:
    """By persona, a piece for each of its shares, in their order."""

    pieces: Mapping[str, tuple[Piece, ...]]

    def users_of(self, data: str) -> tuple[str, ...]:
        """The personas that use a data file."""
        return tuple(
            persona
            for persona, pieces in self.pieces.items()
            if any(name.startswith(f"{data}.") for piece in pieces for name in piece.names)
        )


def make_repertoire(
    scenario: Scenario, tables: Mapping[str, Table]
) -> tuple[Repertoire, tuple[Problem, ...]]:
    """What can be asked, and what is wrong; with problems it is good for nothing."""
    problems: list[Problem] = []
    written: dict[str, WrittenOperation] = {}
    for position, spec in enumerate(scenario.operations):
        where = f"operations[{position}]"
        written[spec.name], found = compile_http(spec, where)
        problems += (*problems_of_http(spec, where), *found)
    sessions: dict[str, tuple[JourneyStep, ...]] = {}
    for position, session in enumerate(scenario.sessions):
        where = f"sessions[{position}]"
        sessions[session.name], found = compile_session(session, written, where)
        problems += found
        if session.name in OWN_OPERATIONS or session.name in written:
            problems.append(Problem(f"{where}.name", session.name, "must differ from all operations"))
    pieces: dict[str, tuple[Piece, ...]] = {}
    for position, persona in enumerate(scenario.personas):
        where = f"personas[{position}]"
        made = [
            _piece(share, written, sessions, f"{where}.operations[{number}]")
            for number, share in enumerate(persona.operations)
        ]
        problems += [problem for _, found in made for problem in found]
        pieces[persona.name] = tuple(piece for piece, _ in made if piece is not None)
        problems += _problems_of_tenants(persona, pieces[persona.name], where)
    problems += _unknown_names(scenario, pieces, tables)
    return Repertoire(pieces), tuple(problems)


def _piece(
    share: OperationShare,
    written: Mapping[str, WrittenOperation],
    sessions: Mapping[str, tuple[JourneyStep, ...]],
    where: str,
) -> tuple[Piece | None, tuple[Problem, ...]]:
    if share.name in OWN_OPERATIONS:
        try:
            operation = own_operation(share.name, share.options, f"{where}.options")
        except InvalidContent as error:
            return None, error.problems
        return _single(operation), tuple(_alone(operation, where))
    if share.options:
        problem = Problem(f"{where}.options", "given", "belongs to an operation of the service's own")
        return None, (problem,)
    if share.name in written:
        return _single(written[share.name]), ()
    if share.name in sessions:
        return _made_of(sessions[share.name], is_session=True), ()
    known = ", ".join((*OWN_OPERATIONS, *sorted(written), *sorted(sessions)))
    allowed = f"must be one of {known}, or be written in operations or sessions"
    return None, (Problem(f"{where}.name", share.name, allowed),)


def _single(operation: Operation) -> Piece:
    return _made_of((JourneyStep(operation, None, 1),), is_session=False)


def _made_of(steps: tuple[JourneyStep, ...], *, is_session: bool) -> Piece:
    operations = (step.operation for step in steps)
    return Piece(steps, is_session, tuple(one for one in operations if isinstance(one, WrittenOperation)))


def _alone(operation: Operation, where: str) -> Iterator[Problem]:
    """Of an operation outside a session."""
    if not operation.session.alone:
        yield Problem(where, operation.name, "needs what a session remembers: write it as a step in sessions")


def _problems_of_tenants(persona: Persona, pieces: Sequence[Piece], where: str) -> Iterator[Problem]:
    own = sorted(
        {
            step.operation.name
            for piece in pieces
            for step in piece.steps
            if not isinstance(step.operation, WrittenOperation)
        }
    )
    if own and persona.tier is None:
        yield Problem(f"{where}.tier", "missing", f"{own[0]} is asked by a tenant: name its tier")


def _unknown_names(
    scenario: Scenario, pieces: Mapping[str, Sequence[Piece]], tables: Mapping[str, Table]
) -> Iterator[Problem]:
    """Names in templates that nothing gives a value at that point, each told once."""
    everywhere = {*ARRIVAL_NAMES, *scenario.variables, *names_of_data(scenario.data, tables)}
    told: set[tuple[str, str]] = set()
    for persona in scenario.personas:
        of_tenant = TENANT_NAMES if persona.tier is not None else TENANT_NAMES[: bool(persona.named_tenants)]
        for piece in pieces[persona.name]:
            known = everywhere.union(of_tenant)
            for operation in piece.written:
                for where, name in _missing(operation, known):
                    if (where, name) not in told:
                        told.add((where, name))
                        yield Problem(
                            where, f"${{{name}}}", f"is not known here: must be one of {_shown(known)}"
                        )
                known |= operation.session.gives


def _missing(operation: WrittenOperation, known: set[str]) -> Iterator[tuple[str, str]]:
    for place, names in operation.names_by_place.items():
        yield from ((place, name) for name in sorted(names - known))


def _shown(names: set[str]) -> str:
    listed = sorted(names)
    more = f" and {len(listed) - _SHOWN_NAMES} more" if len(listed) > _SHOWN_NAMES else ""
    return ", ".join(listed[:_SHOWN_NAMES]) + more
