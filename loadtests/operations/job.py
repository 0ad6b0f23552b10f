"""Job: how far the latest write has come, of the session, else of this worker; else a job that never was."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from loadtests.classification import Expectation
from loadtests.http_messages import HttpAnswer, HttpRequest
from loadtests.operations.operation import Attempt, RequestContext, SessionPart, is_whole_number
from loadtests.operations.options import STRICT

_STATES = ("accepted", "indexed", "failed")
_COUNTS = ("accepted", "indexed", "absent", "failed")


@dataclass(frozen=True, slots=True)
class Job:
    """GET /jobs/{id}. In a session it is repeated until the job is indexed."""

    __pydantic_config__ = STRICT

    @property
    def name(self) -> str:
        """As in limits."""
        return "job"

    @property
    def session(self) -> SessionPart:
        """It asks for what the session wrote."""
        return SessionPart(frozenset({"job"}))

    def attempt(self, context: RequestContext) -> Attempt:
        """404 is expected only of a job that never was: an acknowledged one must be known, and not fail."""
        acknowledged = _acknowledged(context)
        job_id = acknowledged or f"job-{context.random.getrandbits(128):032x}"

        def fault_of_answer(body: object) -> str | None:
            return fault_of_job(body, job_id)

        def learn(answer: HttpAnswer) -> bool:
            indexed = bool(orjson.loads(answer.body)["state"] == "indexed")
            if indexed and context.memory is not None and context.memory.indexed_ns is None:
                context.memory.indexed_ns = context.at_ns
            return indexed

        refusals = frozenset[int]() if acknowledged else frozenset({404})
        expectation = Expectation(frozenset({200}), refusals, fault_of_answer)
        request = HttpRequest("GET", f"/jobs/{job_id}", (context.authorization(),))
        return Attempt(request, expectation, learn=learn)


def fault_of_job(body: object, job_id: str) -> str | None:
    """What is wrong with a job that was asked for by this id."""
    if not isinstance(body, Mapping):
        return "a job must be a JSON object"
    if body.get("id") != job_id:
        return f"asked for job {job_id}, got {body.get('id')!r}"
    return _fault_of_state(body, job_id)


def _fault_of_state(body: Mapping[str, object], job_id: str) -> str | None:
    if body.get("state") not in _STATES:
        return f"state {body.get('state')!r}: must be one of {', '.join(_STATES)}"
    counts = [body.get(name) for name in _COUNTS]
    if not all(is_whole_number(count) for count in counts):
        return f"a job must count its documents: {', '.join(_COUNTS)}"
    if sum(count for count in counts if isinstance(count, int)) != body.get("documents"):
        return f"documents {body.get('documents')!r}: must be the sum of {', '.join(_COUNTS)}"
    failed = body["state"] == "failed" or body["failed"]
    return f"an acknowledged write failed: {body['failed']} documents of {job_id}" if failed else None


def _acknowledged(context: RequestContext) -> str | None:
    if context.memory is not None:
        return context.memory.job_id
    return context.acknowledged.take_job(context.owner().id)
