"""A Bloom filter of all documents, so that questions for what does not exist spare Elasticsearch."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from rbloom import Bloom

from reference_service.ports.document_names import FIRST, DocumentNames
from reference_service.resilience import DeadlineExceededError, DependencyUnavailableError

log = logging.getLogger(__name__)
PAGE = 5000  # rows: some milliseconds of work, between which requests are answered
FALSE_POSITIVES = 0.01  # of 100 questions for nothing, one is asked for nothing


@dataclass(frozen=True, slots=True)
class KnownDocumentsPolicy:
    """How many documents it is made for, how often it is made anew, and how old it may get.

    `useful_s` must be shorter than the outbox keeps what was indexed: a document that is neither in the
    filter nor in the outbox is then no document.
    """

    capacity: int
    renew_s: float
    useful_s: float
    retry_s: float = 5.0


class KnownDocuments:
    """A filter as of the moment when reading it began. It needs no news: what came later is in the outbox."""

    def __init__(
        self, names: DocumentNames, policy: KnownDocumentsPolicy, now_s: Callable[[], float]
    ) -> None:
        self._names = names
        self._policy = policy
        self._now_s = now_s
        self._filter: Bloom | None = None
        self._tenants: set[str] = set()
        self._as_of_s = 0.0

    def is_strange(self, tenant_id: str, document_id: str) -> bool:
        """True: it was no document when the filter was made. False: it may be one, or nobody can tell."""
        if self._filter is None or self._now_s() - self._as_of_s > self._policy.useful_s:
            return False
        return (tenant_id, document_id) not in self._filter

    def has_any(self, tenant_id: str) -> bool:
        """True: the tenant has documents, or had some. False: it may have none, or nobody can tell."""
        return tenant_id in self._tenants

    def learn(self, tenant_id: str, document_id: str) -> None:
        """It is a document."""
        if self._filter is not None:
            self._filter.add((tenant_id, document_id))

    async def run(self) -> None:
        """Makes the filter, and makes it anew, for ever."""
        while True:
            try:
                await self.renew()
            except (DependencyUnavailableError, DeadlineExceededError) as error:
                log.debug("known documents not read: %s", error)
                await asyncio.sleep(self._policy.retry_s)
            else:
                await asyncio.sleep(self._policy.renew_s)

    async def renew(self) -> None:
        """Reads all names. Raises DependencyUnavailableError; then the last filter stays."""
        as_of_s = self._now_s()
        made = Bloom(self._policy.capacity, FALSE_POSITIVES)
        after, number = FIRST, 0
        while page := await self._names.page(after, PAGE):
            number += len(page)
            self._tenants.update(tenant_id for tenant_id, _ in page)
            if number > self._policy.capacity:
                self._filter = None
                log.warning(
                    "over %d documents: questions for what does not exist go to Elasticsearch. "
                    "Next: raise SERVICE_KNOWN_DOCUMENTS (1.2 bytes each, a worker)",
                    self._policy.capacity,
                )
                return
            made.update(page)
            after = page[-1]
        self._filter, self._as_of_s = made, as_of_s
