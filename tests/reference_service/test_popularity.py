"""What is asked for again and again is noticed, within a bound of memory."""

from hypothesis import given
from hypothesis import strategies as st

from reference_service.caching.popularity import Popularity
from reference_service.search.clause import All, Any, Clause, ClauseBounds, Not, Prefix, Tag, Text
from reference_service.search.kept_searches import KnownSearch
from reference_service.search.query import FIELDS, Bounds, SearchQuery
from reference_service.search.written_search import read_search, write_search
from tests.reference_service.hand_clock import HandClock

BOUNDS = Bounds(100, 10_000, ClauseBounds(clauses=10_000, depth=50, length=256))
WORDS = st.text("abcäß日 ", min_size=1, max_size=20).map(lambda text: " ".join(text.split())).filter(bool)
TAGS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1, max_size=64)


def deeper(inner: st.SearchStrategy[Clause]) -> st.SearchStrategy[Clause]:
    many = st.lists(inner, min_size=1, max_size=4).map(tuple)
    return st.one_of(inner.map(Not), many.map(All), many.map(Any))


CLAUSES = st.recursive(st.one_of(WORDS.map(Text), WORDS.map(Prefix), TAGS.map(Tag)), deeper, max_leaves=8)
QUERIES = st.builds(
    SearchQuery,
    CLAUSES,
    st.frozensets(TAGS, max_size=10).map(lambda tags: tuple(sorted(tags))),
    st.sets(st.sampled_from(FIELDS)).map(lambda names: tuple(f for f in FIELDS if f in names)),
    st.booleans(),
    st.integers(1, 100),
    st.integers(0, 9_900),
)


def popularity(clock: HandClock, bound: int = 100) -> Popularity[str]:
    return Popularity(3, 60, bound, clock)


def test_the_third_time_within_a_window_is_popular_and_so_is_all_of_the_next_window() -> None:
    clock = HandClock()
    counted = popularity(clock)
    assert [counted.ask("a", "A") for _ in range(4)] == [False, False, True, True]
    clock.pass_s(60)
    assert counted.ask("a", "A")
    assert not counted.ask("b", "B")
    clock.pass_s(60)
    assert not counted.ask("a", "A")
    assert counted.popular() == []


def test_a_pause_of_two_windows_forgets() -> None:
    clock = HandClock()
    counted = popularity(clock)
    for _ in range(3):
        counted.ask("a", "A")
    clock.pass_s(121)
    assert not counted.ask("a", "A")


def test_the_most_asked_for_come_first() -> None:
    clock = HandClock()
    counted = popularity(clock)
    for name in "aaabbbbbccdddd":
        counted.ask(name, name.upper())
    clock.pass_s(60)
    for name in "ccccccc":
        counted.ask(name, name.upper())
    assert counted.popular() == ["C", "B", "D", "A"]


def test_a_flood_of_names_takes_no_place_from_what_is_popular() -> None:
    counted = popularity(HandClock(), bound=10)
    for _ in range(3):
        counted.ask("a", "A")
    for n in range(1000):
        assert not counted.ask(f"flood {n}", "?")
    assert counted.ask("a", "A")
    assert counted.popular() == ["A"]


@given(QUERIES)
def test_a_search_that_is_written_is_read_back_as_the_same(query: SearchQuery) -> None:
    search = KnownSearch("tenant-1", query)
    assert read_search(write_search(search), BOUNDS) == search


@given(st.one_of(st.binary(max_size=50), st.sampled_from([b"[]", b'["t", 1]', b'["t", "{}"]', b'{"a": 1}'])))
def test_what_is_no_written_search_is_passed_over(written: bytes) -> None:
    assert read_search(written, BOUNDS) is None
