from dataclasses import replace

import pytest

from evidence.verdict_record import Verdict
from slo.counting import Tally
from slo.evaluate import objective_result
from slo.months.unseen import Unseen, with_unseen
from slo.promise import Indicator, Objective
from slo.verdicts import Question

OBJECTIVE = Objective("available", "shop", Indicator.AVAILABILITY, 0.99)


def judged(
    good: int, total: int, unseen: Unseen, question: Question = "window", *, as_bad: bool = False
) -> tuple[Verdict, str, str | None]:
    counted = Tally(good, total)
    result = objective_result(OBJECTIVE, counted, question, demanded=True)
    told = with_unseen(result, OBJECTIVE, counted, unseen, question, count_as_bad=as_bad)
    return told.verdict, told.reason, told.needs


def test_nothing_unseen_changes_nothing() -> None:
    counted = Tally(99, 100)
    result = objective_result(OBJECTIVE, counted, "window")
    assert with_unseen(result, OBJECTIVE, counted, Unseen(1000, 0), "window") == result


@pytest.mark.parametrize("question", ["window", "inference"])
def test_one_minute_unseen_is_never_met(question: Question) -> None:
    verdict, reason, needs = judged(100_000, 100_000, Unseen(43_199, 1), question)
    assert verdict is Verdict.NOT_PROVEN
    assert "1 of the month's 43,200 minutes lacks evidence" in reason
    assert needs == "needs evidence of what is missing"


def test_a_month_that_goes_on_is_never_met() -> None:
    verdict, reason, needs = judged(1000, 1000, Unseen(1000, 0, 500))
    assert verdict is Verdict.NOT_PROVEN
    assert "500 of the month's 1,500 minutes are still to come" in reason
    assert needs == "needs the rest of the month"


def test_it_is_missed_only_where_good_requests_in_what_is_unseen_would_not_save_it() -> None:
    # 20 bad of 1,000, 10 are allowed: twice as many requests would allow 20.
    assert judged(980, 1000, Unseen(100, 99))[0] is Verdict.MISSED
    saved, reason, _ = judged(980, 1000, Unseen(100, 100))
    assert saved is Verdict.NOT_PROVEN
    assert "about 1,000 good requests would save it" in reason


def test_what_a_sample_misses_a_gap_does_not_save() -> None:
    assert judged(900, 1000, Unseen(1, 1000), "inference")[0] is Verdict.MISSED


def test_gaps_counted_as_bad_may_leave_it_met() -> None:
    # 1,000 requests in 100 minutes: 10 a minute.
    assert judged(1000, 1000, Unseen(100, 1), as_bad=True)[0] is Verdict.MET
    verdict, reason, _ = judged(1000, 1000, Unseen(100, 2), as_bad=True)
    assert verdict is Verdict.NOT_PROVEN
    assert "counted as bad, about 20, they would break it" in reason
    assert judged(1000, 1000, Unseen(100, 0, 1), as_bad=True)[0] is Verdict.NOT_PROVEN
    assert judged(1000, 1000, Unseen(100, 1), "inference", as_bad=True)[0] is Verdict.NOT_PROVEN


def test_nothing_seen_at_all_proves_nothing() -> None:
    verdict, _, needs = judged(0, 0, Unseen(0, 43_200))
    assert verdict is Verdict.NOT_PROVEN
    assert needs is not None
    assert needs.startswith("needs evidence of what is missing")


def test_unknown_ones_count_as_good_where_the_best_is_asked() -> None:
    counted = Tally(960, 1000, unknown=20)
    result = replace(objective_result(OBJECTIVE, counted, "window"), verdict=Verdict.MISSED)
    assert with_unseen(result, OBJECTIVE, counted, Unseen(100, 99), "window").verdict is Verdict.MISSED
    assert with_unseen(result, OBJECTIVE, counted, Unseen(100, 100), "window").verdict is Verdict.NOT_PROVEN
