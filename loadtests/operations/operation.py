"""What every operation knows: how to make a request and what its answer may be."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from evidence.tenants_record import Tenant
from loadtests.classification import Expectation
from loadtests.http_messages import HttpAnswer, HttpRequest
from loadtests.operations.acknowledged import Acknowledged
from loadtests.operations.memory import SessionMemory
from loadtests.operations.promise import Promise
from loadtests.operations.titles import SeenTitles
from loadtests.popularity import popular_index
from loadtests.values.values import Values


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What an operation makes its request from."""

    random: random.Random
    """Seeded for this one arrival."""
    worker: int
    sequence: int
    """Of the arrival in its worker's share."""
    tenant: Tenant | None
    words: Sequence[str]
    """Of the seeded documents, the most common first."""
    popularity_exponent: float
    acknowledged: Acknowledged
    titles: SeenTitles
    offset_ns: int = 0
    """Of the arrival, from the start of the load."""
    step: int = 0
    """Of its session; 0 for the arrival itself."""
    at_ns: int = 0
    """When the request is intended."""
    memory: SessionMemory | None = None
    """Of the session; None where there is none."""
    values: Values | None = None
    """For the templates of a request that the scenario has written."""

    def owner(self) -> Tenant:
        """The tenant. Raises ValueError where there is none: the scenario's checks forbid it."""
        if self.tenant is None:
            raise ValueError("an operation of the service needs a tenant, and so its persona a tier")
        return self.tenant

    def popular_word(self) -> str:
        """A word by Zipf's law."""
        index = popular_index(len(self.words), self.popularity_exponent, self.random.random())
        return self.words[index]

    def popular_document_id(self) -> str:
        """A seeded document of the tenant by Zipf's law."""
        tenant = self.owner()
        count = max(tenant.document_count, 1)
        return tenant.document_id(popular_index(count, self.popularity_exponent, self.random.random()))

    def new_document_id(self) -> str:
        """Names tenant, worker, sequence and step: the evidence can name every document, and an answer with
        another tenant's document shows.
        """
        step = f".{self.step}" if self.step else ""
        return f"{written_prefix(self.owner())}{self.worker}-{self.sequence}{step}"

    def authorization(self) -> tuple[str, str]:
        """The header that says who asks: by the session's token where it has one, else by the API key."""
        if self.memory is not None and self.memory.access_token is not None:
            return ("Authorization", f"Bearer {self.memory.access_token}")
        return key_authorization(self.owner())


@dataclass(frozen=True, slots=True)
class Lookup:
    """A search for a document that the session wrote."""

    document_id: str
    version: int
    """That was acknowledged."""
    finds: Callable[[HttpAnswer], bool]
    """Whether a good answer has it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that is ready to be sent, and what its answer may be."""

    request: HttpRequest
    expectation: Expectation
    read_promise: Callable[[bytes], Promise] | None = None
    """Of a write: what the body of a success promises, if nothing is wrong with it."""
    learn: Callable[[HttpAnswer], bool | None] | None = None
    """Of a step in a session: takes what later steps need from a good answer. True: what the step is repeated
    for has come; False: it has not; None: it is repeated for nothing in particular.
    """
    lookup: Lookup | None = None
    """What the evidence of freshness comes from."""


@dataclass(frozen=True, slots=True)
class SessionPart:
    """What an operation has to do with the other steps of its session."""

    needs: frozenset[str] = frozenset()
    """What it must find in the session's memory."""
    gives: frozenset[str] = frozenset()
    """What it leaves there."""
    alone: bool = True
    """It can be asked outside of sessions, too."""
    looks: bool = False
    """It searches for what the session wrote."""


class Operation(Protocol):
    """One kind of request."""

    @property
    def name(self) -> str:
        """As in scenarios, limits and evidence."""
        ...

    @property
    def session(self) -> SessionPart:
        """What it shares with the other steps of a session."""
        ...

    def attempt(self, context: RequestContext) -> Attempt:
        """The request of one arrival, or of one step of a session."""
        ...


def key_authorization(tenant: Tenant) -> tuple[str, str]:
    """The header with the tenant's API key."""
    return ("Authorization", f"Bearer {tenant.api_key}")


def written_prefix(tenant: Tenant) -> str:
    """What the id of every document begins with that load writes for this tenant."""
    return f"load.{tenant.id}."


def is_text(body: Mapping[str, object], *names: str) -> bool:
    """Whether all of these are strings."""
    return all(isinstance(body.get(name), str) for name in names)


def is_whole_number(value: object) -> bool:
    """JSON has one kind of number, Python's bool is an int: neither true nor 1.5 is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)
