"""Asking an operation as a step of a session, and judging what it is answered."""

import json
import random
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from evidence.request_record import Outcome
from evidence.tenants_record import Tenant
from loadtests.classification import Classification, classify
from loadtests.http_messages import HttpAnswer
from loadtests.operations.acknowledged import Acknowledged
from loadtests.operations.memory import SessionMemory, WrittenDocument
from loadtests.operations.operation import Attempt, RequestContext
from loadtests.operations.titles import SeenTitles

TENANT = Tenant("acme", "enterprise", "key", 100, "doc-")
WORDS = tuple(f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(500))
DOCUMENT = WrittenDocument("load.acme.0-7", 5, "Title zqmark", "zqmark")
LIVE = {"served-from": "live"}


def context(
    memory: SessionMemory | None = None, *, step: int = 0, at_ns: int = 0, offset_ns: int = 0
) -> RequestContext:
    return RequestContext(
        random=random.Random(1),  # noqa: S311 -- load, not secrets
        worker=0,
        sequence=7,
        tenant=TENANT,
        words=WORDS,
        popularity_exponent=1.0,
        acknowledged=Acknowledged(),
        titles=SeenTitles(),
        offset_ns=offset_ns,
        step=step,
        at_ns=at_ns,
        memory=memory,
    )


def answer(status: int, body: object = None, headers: Mapping[str, str] = LIVE) -> HttpAnswer:
    return HttpAnswer(status, headers, json.dumps(body).encode())


def judged(attempt: Attempt, given: HttpAnswer) -> Classification:
    return classify(given, attempt.expectation)


def outcome(attempt: Attempt, given: HttpAnswer) -> Outcome:
    return judged(attempt, given).outcome


def learned(attempt: Attempt, given: HttpAnswer) -> bool | None:
    assert outcome(attempt, given) is Outcome.OK
    assert attempt.learn is not None
    return attempt.learn(given)


def query(attempt: Attempt) -> Mapping[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(attempt.request.path).query).items()}


def page(
    *ids: str, total: int | None = None, title: str = "Title zqmark", **more: object
) -> dict[str, object]:
    hits = [{"id": one, "score": 1.0, "title": title, "snippet": "s", "tags": []} for one in ids]
    return {"hits": hits, "total": len(ids) if total is None else total, "degraded": False, **more}
