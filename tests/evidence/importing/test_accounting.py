"""No line is lost silently: each is part of a request, about something else, bad, or cut off."""

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.errors import InvalidFile
from evidence.importing.account import Account
from evidence.importing.errors import BadValue, InvalidOption
from tests.evidence.importing.sources import SAMPLES, Sample, read_bytes

LINES = [one for one in SAMPLES if one.format not in {"vegeta-gob", "jmeter-xml"}]
ODD = (
    *(b"", b"NaN", b"inf", b"-1", b"1e999", b"9" * 40, b"0x10", b"null", b"[]", b"{}", b"true", b"-", b" "),
    *(b",", b"\t", b'"', b"\xc3\xa9", "２".encode(), b"."),
)
SINGLE = [one for one in LINES if one.format in {"vegeta-json", "gatling", "nginx", "envoy"}]


def content_of(one: Sample) -> bytes:
    content = one.path.read_bytes()
    return gzip.decompress(content) if one.path.suffix == ".gz" else content


def damage(line: bytes) -> st.SearchStrategy[bytes]:
    """The line as something else, or with something else in it."""
    places = st.tuples(st.integers(0, len(line)), st.integers(0, 12), st.sampled_from(ODD))
    within = places.map(lambda at: line[: at[0]] + at[2] + line[at[0] + at[1] :])
    return st.one_of(within, st.sampled_from([b"", b"garbage", line[:20], line[::-1], b"\xff\x00\xfe", b'"']))


def assert_all_told(account: Account, lines: int) -> None:
    told = account.used + account.passed_over.total() + account.bad + account.cut
    assert account.seen == told == lines


@pytest.mark.parametrize("one", LINES, ids=lambda one: one.file)
def test_every_line_of_a_real_file_is_told(one: Sample, tmp_path: Path) -> None:
    content = content_of(one)
    _, account = read_bytes(tmp_path, content, one.format, one.read)
    assert_all_told(account, content.count(b"\n"))
    assert account.bad == account.cut == 0


@pytest.mark.parametrize("one", SINGLE, ids=lambda one: one.file)
def test_where_a_line_is_a_request_requests_and_the_other_lines_are_all_lines(
    one: Sample, tmp_path: Path
) -> None:
    content = content_of(one)
    requests, account = read_bytes(tmp_path, content, one.format, one.read)
    assert len(requests) + account.passed_over.total() == content.count(b"\n")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(data=st.data())
def test_every_line_of_a_damaged_file_is_told(data: st.DataObject, tmp_path: Path) -> None:
    one = data.draw(st.sampled_from(LINES))
    lines = content_of(one).split(b"\n")[:-1]
    for _ in range(data.draw(st.integers(min_value=1, max_value=4))):
        number = data.draw(st.integers(min_value=1, max_value=len(lines) - 1))
        lines[number] = data.draw(damage(lines[number]))
    cut = data.draw(st.integers(min_value=0, max_value=30))
    content = (b"\n".join(lines) + b"\n")[: -cut or None]
    try:
        _, account = read_bytes(tmp_path, content, one.format, one.read, skip_bad=True)
    except (InvalidFile, InvalidOption):
        return  # told by refusing it: distributions without their end, a first line that names no format
    assert_all_told(account, content.count(b"\n") + (not content.endswith(b"\n")))


def test_a_bad_line_ends_the_import_unless_it_may_be_skipped() -> None:
    error = BadValue("latency", "'x'", "must be a number")
    with pytest.raises(InvalidFile) as raised:
        Account(Path("results.json")).refuse("line 7", error)
    message = str(raised.value)
    assert message == (
        "results.json is not valid:\n  line 7, latency: 'x': must be a number\n"
        "Mend the line, or import what can be read with --skip-bad-lines."
    )
    account = Account(Path("results.json"), skip_bad=True)
    for number in range(5):
        account.refuse(f"line {number}", error)
    assert (account.bad, len(account.examples)) == (5, 3)
