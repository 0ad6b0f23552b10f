"""How each declared variable is drawn."""

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import accumulate

from loadtests.popularity import popular_index
from loadtests.templates.escaping import Value
from loadtests.values.values import Draw, Values
from loadtests.values.variable import IntegerRange, TimestampForm, TimestampRange, Variable, Words

ARRIVAL_NAMES = ("arrival.index", "arrival.number", "arrival.persona", "arrival.address")
TENANT_NAMES = ("tenant.id", "tenant.api_key")


def draw_of(variable: Variable, words: Sequence[str]) -> Draw:
    """How a variable without problems is drawn; `words` are those of the seeded documents."""
    if variable.integer is not None:
        return _integer(variable.integer)
    if variable.choice is not None:
        return _choice(variable.choice)
    if variable.weighted is not None:
        return _weighted(tuple(variable.weighted), tuple(variable.weighted.values()))
    if variable.word is not None:
        return _word(variable.word, words)
    if variable.timestamp is not None:
        return _timestamp(variable.timestamp)
    return _uuid


def arrival_draws() -> dict[str, Draw]:
    """What is known of every arrival."""
    return {
        "arrival.index": lambda values: values.facts.index,
        "arrival.number": lambda values: values.facts.number,
        "arrival.persona": lambda values: values.facts.persona,
        "arrival.address": lambda values: values.facts.address,
        "tenant.id": lambda values: values.facts.tenant or "",
        "tenant.api_key": lambda values: values.facts.api_key or "",
    }


def _uuid(values: Values) -> Value:
    return str(uuid.UUID(int=values.facts.random.getrandbits(128), version=4))


def _integer(bounds: IntegerRange) -> Draw:
    least, count = bounds.least, bounds.most - bounds.least + 1
    return lambda values: least + values.facts.random.randrange(count)


def _choice(of: Sequence[Value]) -> Draw:
    count = len(of)
    return lambda values: of[int(values.facts.random.random() * count)]


def _weighted(of: Sequence[Value], weights: Sequence[float]) -> Draw:
    cumulative = tuple(accumulate(weights))
    return lambda values: values.facts.random.choices(of, cum_weights=cumulative)[0]


def _word(words: Words, seeded: Sequence[str]) -> Draw:
    of, exponent = words.of or tuple(seeded), words.exponent
    return lambda values: of[popular_index(len(of), exponent, values.facts.random.random())]


def _timestamp(bounds: TimestampRange) -> Draw:
    least_s, most_s = bounds.bounds_s
    written = _FORMS[bounds.form]
    return lambda values: written(least_s + values.facts.random.random() * (most_s - least_s))


def _iso(at_s: float) -> Value:
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


_FORMS: dict[TimestampForm, Callable[[float], Value]] = {
    TimestampForm.ISO: _iso,
    TimestampForm.UNIX_S: int,
    TimestampForm.UNIX_MS: lambda at_s: int(at_s * 1000),
}
