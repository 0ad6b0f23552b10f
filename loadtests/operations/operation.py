"""What every operation knows: how to make a request and what its answer may be."""

import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from evidence.tenants_record import Tenant
from loadtests.classification import Expectation
from loadtests.http_messages import HttpRequest
from loadtests.operations.promise import Promise
from loadtests.popularity import popular_index

_REMEMBERED_PER_TENANT = 1000
"""Bounds the memory of a long run; the oldest is forgotten when there are more."""


@dataclass(slots=True)
class Acknowledged:
    """What the target acknowledged to this worker, by tenant: documents to delete, jobs to ask for."""

    _documents: dict[str, deque[str]] = field(default_factory=dict)
    _jobs: dict[str, deque[str]] = field(default_factory=dict)

    def add(self, tenant: str, promise: Promise) -> None:
        """Remember the job and the documents that it made."""
        _remembered(self._jobs, tenant).append(promise.job_id)
        made = (write.document_id for write in promise.writes if write.operation == "index")
        _remembered(self._documents, tenant).extend(made)

    def take_document(self, tenant: str) -> str | None:
        """The oldest one, only once; None when there is none."""
        documents = self._documents.get(tenant)
        return documents.popleft() if documents else None

    def take_job(self, tenant: str) -> str | None:
        """The newest one, only once; None when there is none."""
        jobs = self._jobs.get(tenant)
        return jobs.pop() if jobs else None


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


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that is ready to be sent, and what its answer may be."""

    request: HttpRequest
    expectation: Expectation
    read_promise: Callable[[bytes], Promise] | None = None
    """Of a write: what the body of a success promises, if nothing is wrong with it."""


class Operation(Protocol):
    """One kind of request."""

    @property
    def name(self) -> str:
        """As in scenarios, limits and evidence."""
        ...

    def attempt(self, context: RequestContext) -> Attempt:
        """The request of one arrival."""
        ...


def _remembered(by_tenant: dict[str, deque[str]], tenant: str) -> deque[str]:
    return by_tenant.setdefault(tenant, deque(maxlen=_REMEMBERED_PER_TENANT))


def authorization(tenant: Tenant) -> tuple[str, str]:
    """The header that says who asks."""
    return ("Authorization", f"Bearer {tenant.api_key}")


def is_text(body: Mapping[str, object], *names: str) -> bool:
    """Whether all of these are strings."""
    return all(isinstance(body.get(name), str) for name in names)


def is_whole_number(value: object) -> bool:
    """JSON has one kind of number, Python's bool is an int: neither true nor 1.5 is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)
