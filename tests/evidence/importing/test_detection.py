"""A file's format is seen from its content; where that is not sure, it is asked for."""

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from evidence.importing.catalogue import AUTO, FORMATS, choose, names
from evidence.importing.errors import InvalidOption
from evidence.importing.source_file import SourceFile
from tests.evidence.importing.sources import FILES, SAMPLES, Sample

RECOGNISED = [one for one in SAMPLES if one.read.log_format is None]


def source(folder: Path, content: bytes) -> SourceFile:
    path = folder / "results"
    path.write_bytes(content)
    return SourceFile(path)


@pytest.mark.parametrize("one", RECOGNISED, ids=lambda one: one.file)
def test_each_file_is_recognised_as_just_one_format(one: Sample) -> None:
    assert choose(AUTO, SourceFile(one.path)).name == one.format
    head = SourceFile(one.path).head()
    assert [form.name for form in FORMATS if form.recognises(head)] == [one.format]


@pytest.mark.parametrize("one", RECOGNISED, ids=lambda one: one.file)
def test_the_tool_s_name_is_enough(one: Sample) -> None:
    family = next(form.family for form in FORMATS if form.name == one.format)
    assert choose(family, SourceFile(one.path)).name == one.format
    assert choose(one.format, SourceFile(one.path)).name == one.format


def test_a_log_format_tells_nginx_from_envoy(tmp_path: Path) -> None:
    unknown = source(tmp_path, b"1 2 3\n")
    assert choose(AUTO, unknown, "$msec $status").name == "nginx"
    assert choose(AUTO, unknown, "%START_TIME% %RESPONSE_CODE%").name == "envoy"


@pytest.mark.parametrize("content", [b"what is this?\n", b"\x00\x01\x02", b"a,b,c\n1,2,3\n", b"{}\n"])
def test_a_file_of_no_known_format_is_refused_with_the_formats_there_are(
    content: bytes, tmp_path: Path
) -> None:
    with pytest.raises(InvalidFile) as raised:
        choose(AUTO, source(tmp_path, content))
    assert "must be recognisable as one of k6-json, k6-csv, vegeta-gob" in str(raised.value)
    assert "--from FORMAT" in str(raised.value)


def test_where_two_formats_are_possible_both_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubtful = b"#[Histogram log format version 1.3]\nRunning 20s test @ http://a/\n"
    both = source(tmp_path, b"Running 20s test @ http://a/\nThread\n" + doubtful)
    with pytest.raises(InvalidFile, match=r"could be wrk2 \(.*\) and hdr-log \(.*\)"):
        choose(AUTO, both)
    assert choose("wrk2", both).name == "wrk2"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"\n \n", gzip.compress(b"")):
        with pytest.raises(InvalidFile, match="empty: must hold results"):
            choose(AUTO, source(tmp_path, content))


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress, lambda _: b"\x28\xb5\x2f\xfd\x04"])
def test_a_file_that_is_packed_otherwise_is_to_be_unpacked(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    for named in (AUTO, "k6-json", "nginx"):
        with pytest.raises(InvalidFile, match="Unpack it, or pack it with gzip"):
            choose(named, source(tmp_path, pack(b'{"type":"Metric"}\n')))


def test_a_name_that_is_none_is_answered_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match="must be one of auto, k6, vegeta, wrk2, hdrhistogram"):
        choose("artillery", source(tmp_path, b"x\n"))
    assert len(names()) == len(set(names()))


@pytest.mark.parametrize(
    ("file", "told", "instead"),
    [
        ("locust_stats.csv", "sums over the whole run, without instants", "_stats_history.csv"),
        ("locust_failures.csv", "failures, without the requests", "_stats_history.csv"),
        ("locust_exceptions.csv", "exceptions of the locustfile", "_stats_history.csv"),
        ("gatling-3.13.log", "since 3.12 Gatling writes a binary form", "Gatling 3.11 or older"),
        ("k6-summary.json", "aggregates, without single requests", "--out json=FILE"),
    ],
)
def test_what_holds_no_requests_is_refused_with_what_to_do_instead(
    file: str, told: str, instead: str
) -> None:
    for named in (AUTO, "gatling", "k6-json", "locust"):
        with pytest.raises(InvalidFile) as raised:
            choose(named, SourceFile(FILES / file))
        assert told in str(raised.value)
        assert instead in str(raised.value)
