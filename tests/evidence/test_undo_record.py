"""What is left broken is known whatever order the lines come in and wherever a kill cut them."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from evidence.undo_record import UndoRecord, UndoState, append_undo, left_broken


def undo(number: int, state: UndoState) -> UndoRecord:
    return UndoRecord(f"u{number}", number, state, "toxiproxy", {"proxy": "postgres"}, "refused", None)


def test_nothing_is_left_broken_where_nothing_was_written(tmp_path: Path) -> None:
    assert left_broken(tmp_path / "undo.jsonl") == ()


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(UndoState)), max_size=20))
def test_what_was_last_planned_and_not_done_is_left_broken(steps: list[tuple[int, UndoState]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "undo.jsonl"
        for number, state in steps:
            append_undo(path, undo(number, state))
        broken = left_broken(path)
    expected = []
    for number in {number for number, _ in steps}:
        states = [state for other, state in steps if other == number]
        if states[-1] is UndoState.PLANNED:
            expected.append(number)
    assert {record.id for record in broken} == {f"u{number}" for number in expected}


def test_undone_newest_first(tmp_path: Path) -> None:
    path = tmp_path / "undo.jsonl"
    for number in range(3):
        append_undo(path, undo(number, UndoState.PLANNED))
    append_undo(path, undo(1, UndoState.DONE))
    assert [record.id for record in left_broken(path)] == ["u2", "u0"]
