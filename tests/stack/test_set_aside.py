"""Data set aside come back whole, or go for good."""

from pathlib import Path

from stack import StackSettings, give_up_set_aside, is_anything_set_aside, set_aside
from stack.registry import Registry
from stack.set_aside import put_back


def _data(settings: StackSettings, content: str) -> Path:
    folder = settings.part_dir("elasticsearch") / "data"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index").write_text(content)
    return folder


def _put_back(settings: StackSettings) -> None:
    put_back(settings, Registry(settings.stack_file, settings.port_base))


def test_what_was_set_aside_takes_its_place_again(settings: StackSettings) -> None:
    folder = _data(settings, "before")
    set_aside(settings, folder)
    assert not folder.exists()
    assert is_anything_set_aside(settings)
    _data(settings, "made meanwhile")
    _put_back(settings)
    assert (folder / "index").read_text() == "before"
    assert not is_anything_set_aside(settings)


def test_what_is_given_up_leaves_what_took_its_place(settings: StackSettings) -> None:
    folder = _data(settings, "before")
    set_aside(settings, folder)
    _data(settings, "after")
    give_up_set_aside(settings)
    _put_back(settings)
    assert (folder / "index").read_text() == "after"


def test_the_first_one_set_aside_is_the_one_that_comes_back(settings: StackSettings) -> None:
    folder = _data(settings, "before")
    set_aside(settings, folder)
    set_aside(settings, _data(settings, "of a try that was cut"))
    assert not folder.exists()
    _put_back(settings)
    assert (folder / "index").read_text() == "before"


def test_files_come_back_too_and_what_is_not_there_is_passed_over(settings: StackSettings) -> None:
    secret = settings.state_dir / "pepper"
    secret.parent.mkdir(parents=True, exist_ok=True)
    secret.write_text("of before")
    set_aside(settings, secret)
    set_aside(settings, settings.state_dir / "never-was")
    secret.write_text("of after")
    _put_back(settings)
    assert secret.read_text() == "of before"
