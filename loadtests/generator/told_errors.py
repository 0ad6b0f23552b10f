"""What Locust's statistics are told of requests that did not go well: no more texts than it can hold."""

from evidence.request_record import RequestRecord

_MOST_TEXTS = 200
"""Locust keeps an entry for each; a detail may name a document, and so be another every time."""


class ToldErrors:
    """The first texts as they are; after many, what follows without its detail, which the evidence has."""

    def __init__(self) -> None:
        self._texts: set[str] = set()

    def text(self, record: RequestRecord) -> str:
        """Outcome, and why."""
        text = f"{record.outcome}: {record.detail or record.status}"
        if text in self._texts:
            return text
        if len(self._texts) >= _MOST_TEXTS:
            return f"{record.outcome}: {record.status}, for one of more than {_MOST_TEXTS} reasons"
        self._texts.add(text)
        return text
