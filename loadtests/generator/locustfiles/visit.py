"""One arrival while a user serves it."""

from dataclasses import dataclass

import gevent

from evidence.request_record import LatencyClock, Outcome, RequestRecord
from loadtests.arrivals import Arrival


@dataclass(slots=True)
class Visit:
    """Filled in as it goes on."""

    sequence: int
    arrival: Arrival
    intended_ns: int
    greenlet: gevent.Greenlet | None = None
    began_ns: int | None = None
    """A user took it up."""
    steps: int = 0
    """Requests that were reported."""

    def bare_record(self, *, worker: str, target: str, ended_ns: int, detail: str) -> RequestRecord:
        """Of one that no request was reported of: nobody sent it, or nobody answered."""
        sent = self.began_ns is not None and detail == NO_ANSWER
        return RequestRecord(
            worker=worker,
            sequence=self.sequence,
            intended_ns=self.intended_ns,
            started_ns=self.began_ns if sent else None,
            ended_ns=ended_ns if sent else None,
            clock=LatencyClock.INTENDED,
            target=target,
            operation=self.arrival.persona,
            persona=self.arrival.persona,
            tenant=None,
            tier=None,
            status=0,
            outcome=Outcome.TIMEOUT if sent else Outcome.UNDELIVERED,
            detail=detail,
        )


NO_ANSWER = "no answer by the end of the run"
