"""What long steps tell: on a terminal lines in place, elsewhere one plain line a change."""

import io

from rich.console import Console

from stormproof.console import StepBoard


def told(steps: list[tuple[str, str, bool, bool]]) -> list[str]:
    stream = io.StringIO()
    board = StepBoard(Console(file=stream, width=200))
    with board.shown():
        for what, state, done, failed in steps:
            board.tell(what, state, done=done, failed=failed)
    return stream.getvalue().splitlines()


def test_each_change_is_told_once() -> None:
    lines = told(
        [
            ("postgres", "starting", False, False),
            ("postgres", "starting", False, False),
            ("postgres", "answers", True, False),
            ("postgres", "answers", True, False),
        ]
    )
    assert lines == ["postgres: starting …", "postgres: answers done (0.0 s)"]


def test_a_failure_is_told_as_one() -> None:
    assert told([("load", "the generator ended", False, True)]) == [
        "load: the generator ended failed (0.0 s)"
    ]


def test_names_are_not_read_as_markup() -> None:
    assert told([("seed", "[red]x[/red]", False, False)]) == ["seed: [red]x[/red] …"]


def test_on_a_terminal_a_long_name_moves_what_is_told_of_all() -> None:
    stream = io.StringIO()
    board = StepBoard(Console(file=stream, width=80, force_terminal=True, color_system=None))
    with board.shown():
        board.tell("warm-up", "10 s, no fault", done=True)
        board.tell("recovery-elasticsearch", "8 s, no fault", done=True)
    assert f"{'warm-up':<23}10 s" in stream.getvalue()
    assert f"{'recovery-elasticsearch':<23}8 s" in stream.getvalue()


def test_a_picture_is_for_terminals_and_a_note_for_the_rest() -> None:
    stream = io.StringIO()
    board = StepBoard(Console(file=stream, width=20))
    with board.shown():
        board.picture("the picture")
        board.note("[a] note that is longer than the line")
    assert stream.getvalue() == "[a] note that is longer than the line\n"

    stream = io.StringIO()
    board = StepBoard(Console(file=stream, width=80, force_terminal=True))
    with board.shown():
        board.tell("load", "goes on")
        board.picture("the first picture")
        board.picture("the last picture")
        board.note("a note")
    assert "the last picture" in stream.getvalue()
    assert "a note" not in stream.getvalue()
