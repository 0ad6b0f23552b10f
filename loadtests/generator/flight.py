"""One request between its dispatch and its record."""

from dataclasses import dataclass

import gevent

from evidence.request_record import LatencyClock, Outcome, RequestRecord
from loadtests.arrivals import Arrival
from loadtests.classification import Classification
from loadtests.generator.connections import Exchange
from loadtests.operations.operation import Attempt
from loadtests.request_plan import Choice, Place


@dataclass(slots=True)
class Flight:
    """Filled in as it goes on."""

    sequence: int
    arrival: Arrival
    intended_ns: int
    step: int = 0
    """Of its session; 0 for the arrival itself."""
    choice: Choice | None = None
    attempt: Attempt | None = None
    started_ns: int | None = None
    exchange: Exchange | None = None
    greenlet: gevent.Greenlet | None = None

    @property
    def place(self) -> Place:
        """Which request of which arrival it is."""
        return Place(self.sequence, self.arrival.offset_ns, self.intended_ns, self.step)

    def next_of_session(self, choice: Choice, intended_ns: int) -> "Flight":
        """The request that follows in the session."""
        return Flight(self.sequence, self.arrival, intended_ns, self.step + 1, choice)

    def record(
        self,
        *,
        worker: str,
        target: str,
        choice: Choice,
        classification: Classification,
        ended_ns: int | None,
    ) -> RequestRecord:
        """The evidence of it."""
        tenant = choice.tenant
        answer = None if self.exchange is None else self.exchange.answer
        sent = classification.outcome is not Outcome.UNDELIVERED
        return RequestRecord(
            worker=worker,
            sequence=self.sequence,
            intended_ns=self.intended_ns,
            started_ns=self.started_ns if sent else None,
            ended_ns=ended_ns if sent else None,
            clock=LatencyClock.INTENDED,
            target=target,
            operation=choice.operation.name,
            persona=choice.persona.name,
            tenant=None if tenant is None else tenant.id,
            tier=choice.persona.tier,
            status=0 if answer is None else answer.status,
            outcome=classification.outcome,
            served_from=classification.served_from,
            age_s=classification.age_s,
            partial=classification.partial,
            step=self.step,
            bytes=0 if self.exchange is None else self.exchange.body_bytes,
            detail=classification.detail,
        )
