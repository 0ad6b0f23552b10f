"""Searches that go on over several steps, or are asked by many together."""

from evidence.request_record import Outcome
from loadtests.operations.memory import SessionMemory
from loadtests.operations.search import Search, SearchOf
from tests.loadtests.session_steps import (
    WORDS,
    answer,
    context,
    judged,
    learned,
    outcome,
    page,
    query,
)


def test_typing_asks_for_one_letter_more_each_time_until_the_word_is_whole() -> None:
    memory = SessionMemory()
    asked, whole = [], None
    while whole is None:
        attempt = Search(SearchOf.TYPING).attempt(context(memory))
        asked.append(query(attempt)["q"])
        assert query(attempt)["prefix"] == "true"
        whole = learned(attempt, answer(200, page("doc-000001", title=f"A {asked[-1]}xyz")))
    word = asked[-1]
    assert word in WORDS
    assert asked == [word[:letters] for letters in range(2, len(word) + 1)]


def test_pages_follow_each_other_to_the_last_one() -> None:
    memory, search = SessionMemory(), Search(SearchOf.PAGES, page_size=2)
    offsets = []
    for ids, come in (
        (("doc-000001", "doc-000002"), None),
        (("doc-000003", "doc-000004"), None),
        (("doc-000005",), True),
    ):
        attempt = search.attempt(context(memory))
        offsets.append(query(attempt)["offset"])
        found = page(*ids, total=5, title=query(attempt)["q"])
        assert learned(attempt, answer(200, found)) is come
    assert offsets == ["0", "2", "4"]


def test_a_cursor_goes_through_a_view_that_does_not_change() -> None:
    memory, search = SessionMemory(), Search(SearchOf.CURSOR, page_size=2)
    first = search.attempt(context(memory))
    assert query(first)["cursor"] == "*"
    assert outcome(first, answer(410, {})) is Outcome.WRONG
    word = query(first)["q"]
    found = page("doc-000001", "doc-000002", total=3, title=word, next_cursor="c1")
    assert learned(first, answer(200, found)) is None
    second = search.attempt(context(memory))
    assert query(second)["cursor"] == "c1"
    assert query(second)["q"] == word
    assert outcome(second, answer(410, {})) is Outcome.OK
    again = judged(second, answer(200, page("doc-000002", total=3, title=word)))
    assert again.outcome is Outcome.WRONG
    assert again.detail == "document doc-000002 was on an earlier page of this view"
    assert learned(second, answer(200, page("doc-000003", total=3, title=word))) is True


def test_all_who_arrive_in_the_same_stretch_ask_for_the_same() -> None:
    start_ns = 10**18

    def asked(offset_s: float, start_ns: int = start_ns) -> str:
        offset_ns = int(offset_s * 1e9)
        made = context(at_ns=start_ns + offset_ns, offset_ns=offset_ns)
        return query(Search(SearchOf.TOGETHER, together_s=10).attempt(made))["q"]

    assert asked(0) == asked(3.3) == asked(9.9)
    assert len({asked(10.0 * stretch) for stretch in range(50)}) == 50
    # A second run does not find what the first one left in caches.
    assert asked(0) != asked(0, start_ns + 1)
