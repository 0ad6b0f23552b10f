"""Locust's error table stays as small as people can read."""

from dataclasses import replace

from evidence.request_record import Outcome
from loadtests.generator.told_errors import ToldErrors
from tests.slo.runs import request


def test_texts_are_told_until_there_are_too_many() -> None:
    told = ToldErrors()
    failed = replace(request(0, 0, outcome=Outcome.FAILED, status=503), detail=None)
    assert told.text(failed) == "failed: 503"
    wrong = [
        replace(request(n, 0, outcome=Outcome.WRONG), detail=f"asked for document {n}, got nothing")
        for n in range(1000)
    ]
    texts = [told.text(one) for one in wrong]
    assert texts[0] == "wrong: asked for document 0, got nothing"
    assert len(set(texts)) == 200
    assert texts[-1] == "wrong: 200, for one of more than 200 reasons"
    assert told.text(wrong[0]) == texts[0]
    assert told.text(failed) == "failed: 503"
