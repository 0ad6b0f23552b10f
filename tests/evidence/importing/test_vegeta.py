"""Vegeta: binary, JSON and CSV results tell the same."""

import base64
import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.errors import InvalidFile
from evidence.importing.errors import BadValue
from evidence.importing.format import ReadOptions
from evidence.importing.formats import gob
from evidence.importing.formats.vegeta_result import VegetaResult
from evidence.importing.judgement import read_statuses
from evidence.request_record import Outcome
from tests.evidence.importing import gob_writer
from tests.evidence.importing.sources import read_bytes, read_file, sample

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=20)
RESULTS = st.lists(
    st.builds(
        VegetaResult,
        code=st.sampled_from([0, 200, 302, 404, 429, 503]),
        timestamp_ns=st.integers(min_value=10**18, max_value=2 * 10**18),
        latency_ns=st.integers(min_value=0, max_value=10**12),
        bytes_in=st.integers(min_value=0, max_value=2**40),
        error=WORDS,
        method=st.sampled_from(["", "GET", "POST"]),
        url=st.sampled_from(["", "http://127.0.0.1:1/a", "https://a.example/b?c=d"]),
        attack=WORDS,
    ),
    max_size=8,
)
IN_ANY_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def as_json(results: list[VegetaResult]) -> str:
    lines = []
    for number, one in enumerate(results):
        seconds, nanoseconds = divmod(one.timestamp_ns, 10**9)
        at = f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{nanoseconds:09}Z"
        content = {"attack": one.attack, "seq": number, "code": one.code, "timestamp": at}
        content |= {"latency": one.latency_ns, "bytes_out": 0, "bytes_in": one.bytes_in, "error": one.error}
        content |= {"body": None, "method": one.method, "url": one.url, "headers": None}
        lines.append(json.dumps(content))
    return "".join(f"{line}\n" for line in lines)


def as_csv(results: list[VegetaResult]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    for number, one in enumerate(results):
        body = base64.b64encode(b"x" * 200_000 if number == 0 else b"").decode()
        row = [one.timestamp_ns, one.code, one.latency_ns, 0, one.bytes_in, one.error, body, one.attack]
        writer.writerow([*row, number, one.method, one.url, ""])
    return written.getvalue()


@IN_ANY_FOLDER
@given(results=RESULTS)
def test_what_is_written_in_each_form_is_read(results: list[VegetaResult], tmp_path: Path) -> None:
    expected = [one.as_request(ReadOptions()) for one in results]
    binary = gob_writer.descriptions() + gob_writer.results(results, body=b"\0" * 300)
    assert read_bytes(tmp_path, binary, "vegeta-gob")[0] == expected
    assert read_bytes(tmp_path, as_json(results), "vegeta-json")[0] == expected
    assert read_bytes(tmp_path, as_csv(results), "vegeta-csv")[0] == expected


def test_the_three_forms_of_a_real_run_tell_the_same() -> None:
    forms = [read_file(sample(f"vegeta.{end}").path, f"vegeta-{end}")[0] for end in ("gob", "json", "csv")]
    assert forms[0] == forms[1] == forms[2]
    assert [one.outcome for one in forms[0][:8]] == [
        *(Outcome.OK, Outcome.WRONG, Outcome.FAILED, Outcome.REJECTED),
        *(Outcome.OK, Outcome.CONNECTION, Outcome.CONNECTION, Outcome.OK),
    ]
    assert Outcome.TIMEOUT in {one.outcome for one in forms[0]}


def test_an_expected_status_is_right() -> None:
    options = ReadOptions(expected=read_statuses("404"))
    requests, _ = read_file(sample("vegeta.json").path, "vegeta-json", options)
    assert {one.outcome for one in requests if one.status == 404} == {Outcome.OK}


def test_a_body_that_broke_off_is_no_answer(tmp_path: Path) -> None:
    result = VegetaResult(200, 10**18, 5, 0, "unexpected EOF", "GET", "http://a/", "")
    requests, _ = read_bytes(tmp_path, as_json([result]), "vegeta-json")
    assert requests[0].outcome is Outcome.CONNECTION


@IN_ANY_FOLDER
@given(st.integers(min_value=1, max_value=3629))
def test_binary_results_cut_anywhere_are_read_to_there(tmp_path: Path, length: int) -> None:
    content = sample("vegeta.gob").path.read_bytes()
    whole, _ = read_file(sample("vegeta.gob").path, "vegeta-gob")
    requests, account = read_bytes(tmp_path, content[:length], "vegeta-gob")
    assert requests == whole[: len(requests)]
    assert account.seen == account.used + account.passed_over.total() + account.cut
    assert account.cut <= 1


def test_a_damaged_message_is_named_and_can_be_skipped(tmp_path: Path) -> None:
    results = [VegetaResult(200, 10**18 + n, 5, 0, "", "GET", "http://a/", "") for n in range(3)]
    first, second, third = (gob_writer.results([one]) for one in results)
    damaged = second.replace(b"GET", b"G\x80T").replace(b"\x03G\x80T", b"\x7fG\x80T")
    content = gob_writer.descriptions() + first + damaged + third
    with pytest.raises(InvalidFile, match=r"byte [\d,]+: a value that is longer than its message"):
        read_bytes(tmp_path, content, "vegeta-gob")
    requests, account = read_bytes(tmp_path, content, "vegeta-gob", skip_bad=True)
    assert (len(requests), account.bad) == (2, 1)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_decoder_do_anything_but_read_or_refuse(content: bytes) -> None:
    decoder = gob.GobDecoder()
    try:
        for _, message in gob.messages(iter([gob_writer.descriptions() + content])):
            if message is not None:
                decoder.value(message)
    except gob.GobError:
        pass


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 1: {: must be one JSON object"),
        ("[]", "must be a JSON object"),
        ('{"seq": 1}', "line 1, code: missing: must be there"),
        (
            '{"seq":1,"code":-1,"timestamp":"2026-11-25T15:00:00Z","latency":1}',
            "code: -1: must be a whole number",
        ),
        ('{"seq":1,"code":200,"timestamp":"today","latency":1}', "timestamp: 'today': must be an instant"),
        (
            '{"seq":1,"code":200,"timestamp":"2026-11-25T15:00:00Z","latency":1e20}',
            "latency: 1e\\+20: must be",
        ),
    ],
)
def test_a_bad_line_says_where_it_is_and_what_is_allowed(line: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=told):
        read_bytes(tmp_path, f"{line}\n", "vegeta-json")


def test_a_row_that_is_too_short_is_bad(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="line 1: 3 columns: must be 9 or 12"):
        read_bytes(tmp_path, "1795620517272541463,200,5\n", "vegeta-csv")


def test_a_value_can_be_shown() -> None:
    assert str(BadValue("", "x", "must be y")) == "the line: x: must be y"
