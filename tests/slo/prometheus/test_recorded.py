"""What is made of a server's answers, as one gave them; `test_live` asks a server the same."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evidence.verdict_record import ObjectiveResult, Verdict
from slo.evaluate import Demands
from slo.months.month import read_month
from slo.prometheus.answers import label_values, range_answer
from slo.prometheus.api import Api
from slo.prometheus.errors import PrometheusError
from slo.prometheus.judge import judge_prometheus
from slo.promise import Budgeting, Indicator, Objective, Slices

ANSWERS = json.loads((Path(__file__).parent / "recorded_answers.json").read_text())
ANSWERED = Objective("answered", "shop", Indicator.AVAILABILITY, 0.9, operation="search")
IN_TIME = Objective("in-time", "shop", Indicator.LATENCY, 0.92, threshold_ms=300, operation="search")
START_NS = read_month("2026-10", "Europe/Berlin").span.start_ns
STEP_NS = 300_000_000_000
OUTAGE_END, GAP_END = 7 * 288 + 123, 4004


def recorded(path: str, parameters: dict[str, str]) -> bytes:
    (found,) = (one["answer"] for one in ANSWERS if (one["path"], one["parameters"]) == (path, parameters))
    return json.dumps(found).encode()


def judged(objective: Objective, step: int, answers: Api | None = None) -> ObjectiveResult:
    """Half an hour that ends with a step of the recorded month."""
    demands = Demands(frozenset({objective.name}), "window")
    api = answers or Api(recorded)
    return judge_prometheus(api, (objective,), demands, START_NS + step * STEP_NS, 300, "30m").objectives[0]


def test_an_outage_is_counted_from_its_first_failure() -> None:
    told = judged(ANSWERED, OUTAGE_END)
    assert (told.total, told.bad, told.verdict) == (1800, 1200, Verdict.MISSED)


def test_a_bucket_that_holds_the_threshold_bounds_both_ways() -> None:
    told = judged(IN_TIME, OUTAGE_END)
    assert (told.total, told.good, told.unknown, told.verdict) == (1800, 1620, 90, Verdict.NOT_PROVEN)
    assert judged(replace(IN_TIME, target=0.9), OUTAGE_END).verdict is Verdict.MET
    assert judged(replace(IN_TIME, target=0.96), OUTAGE_END).verdict is Verdict.MISSED


def test_scrapes_that_failed_make_it_not_proven_and_lose_no_request() -> None:
    told = judged(ANSWERED, GAP_END)
    assert (told.total, told.bad, told.verdict) == (1800, 0, Verdict.NOT_PROVEN)
    assert "of the window's 30 minutes lack evidence" in told.reason


def test_a_server_that_could_not_look_everywhere_proves_nothing() -> None:
    def warned(path: str, parameters: dict[str, str]) -> bytes:
        answer = json.loads(recorded(path, parameters))
        return json.dumps({**answer, "warnings": ["a store did not answer"]}).encode()

    told = judged(replace(ANSWERED, target=0.3), OUTAGE_END, Api(warned))
    assert told.verdict is Verdict.NOT_PROVEN
    assert "30 of the window's 30 minutes lack evidence" in told.reason


def test_slices_must_be_whole_steps() -> None:
    slices = replace(ANSWERED, budgeting=Budgeting.TIMESLICES, slices=Slices(60, 0.9))
    with pytest.raises(PrometheusError, match="no multiple of the step of 300 s"):
        judged(slices, OUTAGE_END)
    told = judged(replace(slices, slices=Slices(600, 0.9)), OUTAGE_END)
    assert told.total in {3, 4}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<html>", "is it a Prometheus"),
        (
            b'{"status":"error","error":"parse error"}',
            "refuses the question: parse error",
        ),
        (b'{"status":"success","data":{"resultType":"vector","result":[]}}', "is it a Prometheus"),
    ],
)
def test_what_is_no_answer_is_told(body: bytes, told: str) -> None:
    with pytest.raises(PrometheusError, match=told):
        range_answer(body, 0, 2, 60)


def test_values_lie_on_the_grid_and_what_is_absent_is_no_number() -> None:
    body = b"""{"status":"success","data":{"resultType":"matrix","result":[
        {"metric":{"__name__":"a","job":"j"},"values":[[120,"7"],[240,"9.5"]]}]}}"""
    answer = range_answer(body, 60, 4, 60)
    ((labels, values),) = answer.series.items()
    assert labels == (("job", "j"),)
    assert np.array_equal(values, [np.nan, 7.0, np.nan, 9.5], equal_nan=True)
    assert label_values(b'{"status":"success","data":["0.1","+Inf"]}') == ("0.1", "+Inf")
