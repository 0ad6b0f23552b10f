"""What an answer means: for the evidence, for later requests of this worker, and for its session."""

import logging

from evidence.lookup_record import LookupRecord
from evidence.request_record import Outcome
from evidence.write_record import WriteRecord
from loadtests.classification import Classification, classify, told_also
from loadtests.generator.connections import Exchange
from loadtests.generator.flight import Flight
from loadtests.generator.recorder import Recorder
from loadtests.operations.acknowledged import Acknowledged
from loadtests.sessions.journey import Following

_logger = logging.getLogger(__name__)

_NOTHING_FOLLOWS = Following(None)
_UNCHECKED = Classification(
    Outcome.WRONG, detail="the generator failed when it checked this answer: see its log"
)


class Judge:
    """Judges the answers of one worker, and records what they acknowledge."""

    def __init__(self, worker: str, recorder: Recorder, acknowledged: Acknowledged) -> None:
        self._worker = worker
        self._recorder = recorder
        self._acknowledged = acknowledged
        self._lookups = 0

    def judge(self, flight: Flight) -> tuple[Classification, Following]:
        """What is recorded of it, and what follows in its session. Never raises: no record is lost."""
        try:
            return self._judge(flight)
        except Exception:
            # A defect of ours, on an answer that none of the checks was made for.
            _logger.exception("the answer to arrival %d could not be checked", flight.sequence)
            return _UNCHECKED, _NOTHING_FOLLOWS

    def _judge(self, flight: Flight) -> tuple[Classification, Following]:
        if flight.exchange is None or flight.attempt is None or flight.choice is None:
            raise AssertionError("only flights that came back land")
        answer, attempt, journey = flight.exchange.answer, flight.attempt, flight.choice.journey
        classification = classify(answer, attempt.expectation)
        acknowledged = answer.status in attempt.expectation.statuses
        if acknowledged and classification.outcome is not Outcome.WRONG:
            self._record_writes(flight)
        if journey is None:
            return classification, _NOTHING_FOLLOWS
        self._record_lookup(flight, classification)
        following = journey.follow(attempt, answer, classification)
        if following.note is not None:
            classification = told_also(classification, following.note)
        return classification, following

    def _record_writes(self, flight: Flight) -> None:
        attempt, choice, exchange = flight.attempt, flight.choice, flight.exchange
        if attempt is None or choice is None or exchange is None or choice.tenant is None:
            return
        if attempt.read_promise is None:
            return
        promise = attempt.read_promise(exchange.answer.body)
        for write in promise.writes:
            self._recorder.write(
                WriteRecord(
                    worker=self._worker,
                    sequence=flight.sequence,
                    tenant=choice.tenant.id,
                    document_id=write.document_id,
                    version=write.version,
                    operation=write.operation,
                    acknowledged_ns=exchange.ended_ns,
                    durability=promise.durability,
                )
            )
        first = promise.writes[0]
        if choice.journey is None:
            self._acknowledged.add(choice.tenant.id, promise)
        elif choice.journey.will_look and first.operation == "index":
            self._record_look(flight, first.document_id, first.version, None, found=None)

    def _record_lookup(self, flight: Flight, classification: Classification) -> None:
        attempt, exchange = flight.attempt, flight.exchange
        if attempt is None or exchange is None or attempt.lookup is None:
            return
        lookup, tells = attempt.lookup, classification.outcome in {Outcome.OK, Outcome.DEGRADED}
        found = lookup.finds(exchange.answer) if tells else None
        self._record_look(flight, lookup.document_id, lookup.version, exchange, found=found)

    def _record_look(
        self, flight: Flight, document_id: str, version: int, exchange: Exchange | None, *, found: bool | None
    ) -> None:
        if flight.choice is None or flight.choice.tenant is None:
            return
        self._recorder.lookup(
            LookupRecord(
                worker=self._worker,
                number=self._lookups,
                sequence=flight.sequence,
                step=flight.step,
                tenant=flight.choice.tenant.id,
                document_id=document_id,
                version=version,
                asked_ns=None if exchange is None else exchange.started_ns,
                answered_ns=None if exchange is None else exchange.ended_ns,
                found=found,
            )
        )
        self._lookups += 1
