"""Arrivals at recorded instants: every form that a log has, and every mistake named with its line."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import InvalidFile
from loadtests.arrivals import ArrivalProcess, ArrivalStream, offsets_ns
from loadtests.arrivals.recording import Recording, RecordingFormat, read_recording
from loadtests.arrivals.replay import Replay
from loadtests.arrivals.timestamps import TimestampForm, form_of, timestamp_reader

PLAIN = RecordingFormat()


def recorded(folder: Path, content: str | bytes, written: RecordingFormat = PLAIN) -> list[int]:
    file = folder / "recorded"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    offsets: list[int] = read_recording(file, written).offsets_ns.tolist()
    return offsets


def problems(folder: Path, content: str | bytes, written: RecordingFormat = PLAIN) -> list[str]:
    with pytest.raises(InvalidFile) as raised:
        recorded(folder, content, written)
    assert str(folder / "recorded") in str(raised.value)
    assert raised.value.next_step
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize(
    "content",
    [
        "0\n0.25\n1.5\n",
        "100.0\n100.25\n\n101.5",
        "1795608000\n1795608000.25\n1795608001.5\n",
        "1795608000000\n1795608000250\n1795608001500\n",
        "1795608000000000\n1795608000250000\n1795608001500000\n",
        "1795608000000000000\n1795608000250000000\n1795608001500000000\n",
        "2026-11-25T12:00:00Z\n2026-11-25T12:00:00.25Z\n2026-11-25T13:00:01.500+01:00\n",
        "2026-11-25 12:00:00\r\n2026-11-25 12:00:00.250\r\n2026-11-25 12:00:01.500\r\n",
        "\ufeff0\n0.25\n1.5\n",
    ],
)
def test_timestamps_of_every_form_count_from_the_first(tmp_path: Path, content: str) -> None:
    assert recorded(tmp_path, content) == [0, 250_000_000, 1_500_000_000]


def test_nanoseconds_of_an_epoch_are_kept(tmp_path: Path) -> None:
    assert recorded(tmp_path, "1795608000000000001\n1795608000000000008\n") == [0, 7]
    assert recorded(tmp_path, "1795608000.000000001\n1795608000.000000008\n") == [0, 7]
    content = '{"at": 1795608000000000001}\n{"at": 1795608000000000008}\n'
    assert recorded(tmp_path, content, RecordingFormat(field="at")) == [0, 7]


@given(st.integers(0, 2**62))
def test_a_number_of_any_unit_is_read_without_rounding(at_ns: int) -> None:
    assert timestamp_reader(TimestampForm.NANOSECONDS)(str(at_ns)) == at_ns
    whole, rest = divmod(at_ns, 10**9)
    assert timestamp_reader(TimestampForm.SECONDS)(f"{whole}.{rest:09d}") == at_ns


def test_a_unit_that_is_named_is_not_guessed(tmp_path: Path) -> None:
    assert form_of("250") is TimestampForm.SECONDS
    assert recorded(tmp_path, "0\n250\n", RecordingFormat(form=TimestampForm.MILLISECONDS)) == [
        0,
        250_000_000,
    ]


def test_a_column_of_csv_and_a_field_of_jsonl(tmp_path: Path) -> None:
    table = 'path,time\n"/a,b",0.5\n"/c\nd",0.75\n'
    assert recorded(tmp_path, table, RecordingFormat(column="time")) == [0, 250_000_000]
    lines = '{"time": "2026-11-25T12:00:00Z"}\n\n{"time": "2026-11-25T12:00:01Z", "path": "/"}\n'
    assert recorded(tmp_path, lines, RecordingFormat(field="time")) == [0, 10**9]


def test_timestamps_out_of_order_are_sorted_and_it_is_said(tmp_path: Path) -> None:
    content = "3\n1\n2\n1\n"
    assert recorded(tmp_path, content) == [0, 0, 10**9, 2 * 10**9]
    note = Replay(kind="replay", file=Path("recorded")).read(tmp_path).note()
    digest = hashlib.sha256(content.encode()).hexdigest()
    assert note == (
        f"4 arrivals of recorded, sha256 {digest}; its lines were not in time order and are sent sorted"
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "the file: no timestamp: must have at least one"),
        ("\n \n", "the file: no timestamp: must have at least one"),
        ("0\n1\nsoon\n", "line 3: 'soon': must be a time: "),
        ("0\n\n-1\n", "line 3: '-1': must be a time: "),
        ("0\nnan\n", "line 2: 'nan': must be a time: "),
        ("0\ninf\n", "line 2: 'inf': must be a time: "),
        ("0\n1e999999\n", "line 2: '1e999999': must be a time: "),
        ("0\n1795608000000000000\n", "line 2: '1795608000000000000': must be a time: "),
        ("2026-11-25T12:00:00Z\n2026-13-25T12:00:00Z\n", "line 2: '2026-13-25T12:00:00Z': must be a time: "),
        ("2026-11-25T12:00:00Z\n17\n", "line 2: '17': must be a time: "),
        ("1969-12-31T23:59:59Z\n", "line 1: '1969-12-31T23:59:59Z': must be a time: "),
        (b"0\n\xff\xfe\n", "line 2: '\ufffd\ufffd': must be a time: "),
    ],
)
def test_what_is_no_timestamp_is_named_with_its_line(tmp_path: Path, content: str | bytes, told: str) -> None:
    (problem,) = problems(tmp_path, content)
    assert problem.startswith(told)


def test_mistakes_of_csv_and_jsonl_are_named_with_their_line(tmp_path: Path) -> None:
    assert problems(tmp_path, "path,time\n/,0\n", RecordingFormat(column="at")) == [
        "line 1: path, time: must have a column at"
    ]
    assert problems(tmp_path, "", RecordingFormat(column="at")) == [
        "line 1: none: the file is empty: must have a column at"
    ]
    assert problems(tmp_path, "path,time\n/,0\n/\n/,\n", RecordingFormat(column="time"))[0].startswith(
        "line 3: '': must be"
    )
    told = problems(tmp_path, '{"at": 1}\n{"at": true}\n{}\n[1]\n{"at"\n', RecordingFormat(field="at"))
    assert [one.split(": must")[0] for one in told] == [
        "line 2: 'true'",
        "line 3: 'null'",
        """line 4: '["1"]'""",
        """line 5: '{"at"'""",
    ]


def test_a_column_that_is_no_csv_is_named_with_its_line(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, "time\n0\n1\r2\n", RecordingFormat(column="time"))
    assert told.startswith("line 3: new-line character seen in unquoted field")
    assert told.endswith("must be CSV as RFC 4180 has it")


def test_a_wrong_file_is_not_told_line_by_line_to_its_end(tmp_path: Path) -> None:
    assert len(problems(tmp_path, "x\n" * 1000)) == 5


def instants_s(folder: Path, content: str, until_s: float, **options: object) -> list[float]:
    (folder / "recorded").write_text(content)
    written = {"kind": "replay", "file": Path("recorded"), **options}
    curve = Replay(**written).read(folder).curve(None)  # type: ignore[arg-type]  # as they stand in a test
    return [
        at_ns / 1e9 for at_ns in offsets_ns(ArrivalStream("p", ArrivalProcess.CONSTANT, curve), until_s, 0)
    ]


def test_a_replay_sends_once_what_was_recorded(tmp_path: Path) -> None:
    assert instants_s(tmp_path, "10\n10\n10.7\n13\n", 100) == [0, 0, 0.7, 3]
    assert instants_s(tmp_path, "10\n10\n10.7\n13\n", 3) == [0, 0, 0.7]
    assert instants_s(tmp_path, "7\n", 100) == [0]


def test_a_replay_can_be_sped_up_and_slowed_down(tmp_path: Path) -> None:
    assert instants_s(tmp_path, "0\n1\n3\n", 100, speed=2) == [0, 0.5, 1.5]
    assert instants_s(tmp_path, "0\n1\n3\n", 100, speed=0.5) == [0, 2, 6]


def test_a_replay_that_loops_goes_on_after_a_gap_of_the_mean_length(tmp_path: Path) -> None:
    assert instants_s(tmp_path, "0\n1\n3\n", 10, loop=True) == [0, 1, 3, 4.5, 5.5, 7.5, 9]


@given(st.lists(st.integers(0, 10**16), min_size=2, max_size=50, unique=True).map(sorted))
def test_a_month_of_instants_is_replayed_to_the_nanosecond(at_ns: list[int]) -> None:
    month_ns = [value // 4 for value in at_ns]
    offsets = np.array(month_ns) - month_ns[0]
    replay = Replay(kind="replay", file=Path("f"), recording=Recording(offsets, "", was_in_order=True))
    stream = ArrivalStream("p", ArrivalProcess.CONSTANT, replay.curve(None))
    assert list(offsets_ns(stream, 1e8, 0)) == offsets.tolist()
