"""Job: how far the latest write of this worker has come, else a job that never was."""

from collections.abc import Mapping

from loadtests.classification import Expectation
from loadtests.http_messages import HttpRequest
from loadtests.operations.operation import Attempt, RequestContext, authorization, is_whole_number

_STATES = ("accepted", "indexed", "failed")
_COUNTS = ("accepted", "indexed", "absent", "failed")


class Job:
    """GET /jobs/{id}."""

    name = "job"

    def attempt(self, context: RequestContext) -> Attempt:
        """404 is expected only of a job that never was: an acknowledged one must be known."""
        tenant = context.owner()
        acknowledged = context.acknowledged.take_job(tenant.id)
        job_id = acknowledged or f"job-{context.random.getrandbits(128):032x}"

        def fault_of_answer(body: object) -> str | None:
            return fault_of_job(body, job_id)

        refusals = frozenset[int]() if acknowledged else frozenset({404})
        expectation = Expectation(frozenset({200}), refusals, fault_of_answer)
        return Attempt(HttpRequest("GET", f"/jobs/{job_id}", (authorization(tenant),)), expectation)


def fault_of_job(body: object, job_id: str) -> str | None:
    """What is wrong with a job that was asked for by this id."""
    if not isinstance(body, Mapping):
        return "a job must be a JSON object"
    if body.get("id") != job_id:
        return f"asked for job {job_id}, got {body.get('id')!r}"
    if body.get("state") not in _STATES:
        return f"state {body.get('state')!r}: must be one of {', '.join(_STATES)}"
    if not all(is_whole_number(body.get(name)) for name in _COUNTS):
        return f"a job must count its documents: {', '.join(_COUNTS)}"
    if sum(body[name] for name in _COUNTS) != body.get("documents"):
        return f"documents {body.get('documents')!r}: must be the sum of {', '.join(_COUNTS)}"
    return None
