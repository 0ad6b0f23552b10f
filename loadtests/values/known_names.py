"""Which names a template may use, and how each gets its value."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence

from evidence.errors import Problem
from loadtests.data.data_file import DataFile, OnEnd, Pick
from loadtests.data.rows import RowPicker
from loadtests.data.table import Row, Table
from loadtests.values.draws import ARRIVAL_NAMES, TENANT_NAMES, arrival_draws, draw_of
from loadtests.values.values import ArrivalFacts, Draw
from loadtests.values.variable import KINDS, Variable

_RESERVED = frozenset(name.partition(".")[0] for name in (*ARRIVAL_NAMES, *TENANT_NAMES))


def names_of_data(data: Sequence[DataFile], tables: Mapping[str, Table]) -> tuple[str, ...]:
    """The columns of all data files, as templates call them."""
    return tuple(
        f"{one.called}.{column}"
        for one in data
        if one.called in tables
        for column in tables[one.called].columns
    )


def draws_of(
    variables: Mapping[str, Variable],
    data: Sequence[DataFile],
    tables: Mapping[str, Table],
    users: Mapping[str, Sequence[str]],
    words: Sequence[str],
) -> Mapping[str, Draw]:
    """How every known name gets its value. `users`: the personas that use each data file; `words`: those of
    the seeded documents.
    """
    draws = arrival_draws()
    for name, variable in variables.items():
        draws[name] = draw_of(variable, words)
    for one in data:
        picker = RowPicker(tables[one.called], one.pick, one.exponent, users.get(one.called, ()))
        for column in picker.table.columns:
            draws[f"{one.called}.{column}"] = _column(one.called, picker, picker.table.columns.index(column))
    return draws


def problems_of_variables(variables: Mapping[str, Variable], *, has_seeded: bool) -> Iterator[Problem]:
    """What is wrong with the declared variables. `has_seeded`: there are seeded documents, with words."""
    for name, variable in variables.items():
        where = f"variables.{name}"
        yield from problems_of_name(where, name)
        if len(variable.kinds) != 1:
            yield Problem(
                where, " and ".join(variable.kinds) or "none", f"must have one of {', '.join(KINDS)}"
            )
        if variable.integer is not None and variable.integer.least > variable.integer.most:
            least, most = variable.integer.least, variable.integer.most
            yield Problem(f"{where}.integer", f"{least} to {most}", "least must not be above most")
        if variable.choice is not None and not variable.choice:
            yield Problem(f"{where}.choice", "none", "must list at least one value")
        if variable.weighted is not None and not _are_weights(variable.weighted.values()):
            shown = ", ".join(f"{key}: {weight:g}" for key, weight in variable.weighted.items()) or "none"
            yield Problem(f"{where}.weighted", shown, "must be weights of 0 or more, one of them above 0")
        if variable.word is not None and not 0 <= variable.word.exponent < math.inf:
            yield Problem(f"{where}.word.exponent", repr(variable.word.exponent), "must be 0 or more")
        if variable.word is not None and not variable.word.of and not has_seeded:
            yield Problem(f"{where}.word.of", "none", "must list words where no persona has a tier")
        if variable.timestamp is not None:
            least_s, most_s = variable.timestamp.bounds_s
            if least_s > most_s:
                yield Problem(f"{where}.timestamp", "least above most", "least must not be above most")


def problems_of_data(data: Sequence[DataFile]) -> Iterator[Problem]:
    """What is wrong with what the scenario says of its data files."""
    seen: set[str] = set()
    for position, one in enumerate(data):
        where = f"data[{position}]"
        yield from problems_of_name(f"{where}.name", one.called)
        if one.called in seen:
            yield Problem(f"{where}.name", one.called, "each data file needs a name of its own")
        seen.add(one.called)
        if len(one.delimiter) != 1 or one.delimiter in '"\r\n':
            yield Problem(f"{where}.delimiter", repr(one.delimiter), "must be one character, not a quote")
        if not 0 <= one.exponent < math.inf:
            yield Problem(f"{where}.exponent", repr(one.exponent), "must be 0 or more")
        if one.pick is not Pick.SEQUENTIAL and one.on_end is OnEnd.STOP:
            yield Problem(f"{where}.on_end", "stop", f"rows picked at {one.pick} have no end")


def problems_of_name(where: str, name: str) -> Iterator[Problem]:
    """A name must be one that templates can tell from what they know already."""
    if not name or set(name) & set("${}. \t\r\n"):
        yield Problem(where, repr(name), "must be a name without spaces, dots, braces and dollar signs")
    elif name in _RESERVED:
        yield Problem(
            where, name, f"must not be one of {', '.join(sorted(_RESERVED))}: these are known already"
        )


def _column(data: str, picker: RowPicker, place: int) -> Draw:
    def pick(facts: ArrivalFacts) -> Row:
        return picker.row(facts.persona, facts.number, facts.random)

    return lambda values: values.row(data, pick)[place]


def _are_weights(weights: Collection[float]) -> bool:
    return all(0 <= weight < math.inf for weight in weights) and sum(weights) > 0
