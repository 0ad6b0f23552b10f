"""From requests as a tool recorded them to records as evidence has them."""

from collections.abc import Iterable, Iterator

from evidence.importing.foreign_request import ForeignRequest
from evidence.importing.labels import Labeller
from evidence.importing.paths import split_url
from evidence.request_record import RequestRecord

UNKNOWN_TARGET = "not recorded"
_MOST_TARGETS = 5
_MOST_BYTES = 2**31 - 1
_LONGEST_DETAIL = 200


class RecordMaker:
    """Makes the records of one run, and knows afterwards what they were about."""

    def __init__(self, labeller: Labeller, target: str | None) -> None:
        self.labeller = labeller
        self._target = target
        self.made = 0
        self.first_ns: int | None = None
        """The earliest intended instant; None while there is no record."""
        self.last_ns = 0
        """The latest end."""
        self.targets: dict[str, None] = {}
        """Some of the targets that were met, in their order."""

    def records(self, requests: Iterable[ForeignRequest], worker: str) -> Iterator[RequestRecord]:
        """The records of one file."""
        for sequence, request in enumerate(requests):
            self._remember(request)
            yield self._record(request, worker, sequence)

    def _record(self, request: ForeignRequest, worker: str, sequence: int) -> RequestRecord:
        return RequestRecord(
            worker=worker,
            sequence=sequence,
            intended_ns=request.intended_ns,
            started_ns=request.started_ns,
            ended_ns=request.ended_ns,
            clock=request.clock,
            target=self._target_of(request),
            operation=self.labeller.operation(request),
            persona=request.persona,
            tenant=self.labeller.tenant(request),
            tier=self.labeller.tier(request),
            status=request.status,
            outcome=request.outcome,
            bytes=min(request.bytes, _MOST_BYTES),
            detail=None if request.detail is None else request.detail[:_LONGEST_DETAIL],
        )

    def _target_of(self, request: ForeignRequest) -> str:
        origin = self._target or request.origin
        if origin is None and request.url is not None:
            origin, _ = split_url(request.url)
        if origin is None:
            return UNKNOWN_TARGET
        if origin not in self.targets and len(self.targets) < _MOST_TARGETS:
            self.targets[origin] = None
        return origin

    def _remember(self, request: ForeignRequest) -> None:
        self.made += 1
        earliest_ns = request.intended_ns
        if self.first_ns is None or earliest_ns < self.first_ns:
            self.first_ns = earliest_ns
        self.last_ns = max(self.last_ns, request.ended_ns or request.intended_ns)
