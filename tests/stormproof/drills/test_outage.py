"""How an operation fared, from its requests."""

from stormproof.drills.outage import Answered, in_full_before, outages

S = 1_000_000_000
FAILED = 100 * S
UNTIL = 200 * S


def request(at_s: float, *, answered: bool = True, in_full: bool = True, took_s: float = 0.1) -> Answered:
    at_ns = round(at_s * S)
    return Answered("search", at_ns, at_ns + round(took_s * S), answered, answered and in_full)


def good(*instants_s: float) -> list[Answered]:
    return [request(at_s) for at_s in instants_s]


def test_what_was_never_felt_is_restored_at_once() -> None:
    (outage,) = outages(good(101, 102, 103), FAILED, UNTIL)
    assert outage.restored_ns == FAILED
    assert (outage.requests, outage.unanswered, outage.degraded) == (3, 0, 0)


def test_it_is_restored_when_the_last_bad_answer_has_ended() -> None:
    bad = [request(101, answered=False, took_s=2.0), request(104, in_full=False, took_s=0.5)]
    (outage,) = outages([*bad, *good(105, 106, 150)], FAILED, UNTIL)
    assert outage.restored_ns == round(104.5 * S)
    assert (outage.unanswered, outage.degraded) == (1, 1)


def test_a_stray_bad_answer_long_after_is_counted_and_not_another_outage() -> None:
    requests = [request(101, answered=False), *good(103, 105, 107), request(150, answered=False)]
    (outage,) = outages(requests, FAILED, UNTIL)
    assert outage.restored_ns == round(101.1 * S)
    assert outage.unanswered == 2


def test_a_load_that_ends_before_it_is_steady_tells_of_no_restoration() -> None:
    (outage,) = outages([request(198, answered=False)], FAILED, UNTIL)
    assert outage.restored_ns is None


def test_requests_of_before_do_not_count_but_one_under_way_does() -> None:
    requests = [request(90, answered=False), request(99.5, answered=False, took_s=1.0), *good(110)]
    (outage,) = outages(requests, FAILED, UNTIL)
    assert outage.requests == 2
    assert outage.restored_ns == round(100.5 * S)


def test_the_longest_stretch_goes_from_the_first_intent_to_the_last_end() -> None:
    stretch = [request(101, answered=False), request(102, answered=False, took_s=0.5)]
    requests = [*stretch, *good(103), request(104, answered=False)]
    (outage,) = outages(requests, FAILED, UNTIL)
    assert outage.longest_unanswered_s == 1.5


def test_each_operation_is_looked_at_by_itself() -> None:
    get = Answered("get", 101 * S, 102 * S, answered=False, in_full=False)
    found = {one.operation: one for one in outages([get, *good(101)], FAILED, UNTIL)}
    assert found["search"].restored_ns == FAILED
    assert found["get"].restored_ns == 102 * S


def test_what_was_before_tells_whether_the_machine_was_fit() -> None:
    requests = [*good(90, 91, 92), request(93, in_full=False), request(101, answered=False)]
    assert in_full_before(requests, FAILED) == (4, 3)
