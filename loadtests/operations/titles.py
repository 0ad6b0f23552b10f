"""Titles of seeded documents as answers told them: nobody changes such a document, so it keeps its title.

Every tenant has seeded documents of the same ids: an answer meant for another tenant shows by its titles.
"""

from evidence.tenants_record import Tenant

_MOST = 100_000
"""Bounds the memory of a long run to some 15 MB; what was not noted is not compared."""


class SeenTitles:
    """Of one worker; the hash of each title that came first."""

    def __init__(self) -> None:
        self._by_tenant: dict[str, dict[str, int]] = {}
        self._count = 0

    def fault_of(self, tenant: Tenant, document_id: str, title: str) -> str | None:
        """What is wrong with this title of a seeded document."""
        titles = self._by_tenant.setdefault(tenant.id, {})
        seen = titles.get(document_id)
        if seen is None:
            if self._count < _MOST:
                titles[document_id] = hash(title)
                self._count += 1
            return None
        if seen == hash(title):
            return None
        return f"document {document_id} of {tenant.id} had another title before: {title[:60]!r}"
