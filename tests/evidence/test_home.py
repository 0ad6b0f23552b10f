"""Programs, data and ports of a stack follow from a few environment variables."""

from pathlib import Path

import pytest

from evidence.home import Home, InvalidSetting, resolve_home

USER_DIR = Path("/home/someone")


def test_a_user_s_files_lie_in_the_xdg_folders() -> None:
    home = resolve_home({}, is_root=False, user_dir=USER_DIR)
    assert home == Home(USER_DIR / ".cache/stormproof/programs", USER_DIR / ".local/share/stormproof", 21000)
    moved = resolve_home(
        {"XDG_CACHE_HOME": "/c", "XDG_DATA_HOME": "relative/is/ignored"}, is_root=False, user_dir=USER_DIR
    )
    assert moved.programs_dir == Path("/c/stormproof/programs")
    assert moved.state_dir == home.state_dir


def test_root_keeps_nothing_in_a_folder_that_others_cannot_enter() -> None:
    home = resolve_home({}, is_root=True, user_dir=Path("/root"))
    assert home.programs_dir == Path("/var/cache/stormproof/programs")
    assert home.state_dir == Path("/var/lib/stormproof")


def test_one_variable_moves_everything() -> None:
    home = resolve_home({"STORMPROOF_HOME": "/srv/s"}, is_root=True, user_dir=USER_DIR)
    assert (home.programs_dir, home.state_dir) == (Path("/srv/s/programs"), Path("/srv/s"))
    assert home.stack_file == Path("/srv/s/stack.json")


def test_another_port_base_is_another_stack_with_the_same_programs() -> None:
    first = resolve_home({}, is_root=True, user_dir=USER_DIR)
    second = resolve_home({"STORMPROOF_PORT_BASE": "22000"}, is_root=True, user_dir=USER_DIR)
    assert second.programs_dir == first.programs_dir
    assert second.state_dir == first.state_dir / "stacks/22000"
    assert second.port_base == 22000


@pytest.mark.parametrize("value", ["0", "80", "32700", "-1", "21000.5", "many", " 21000", "²³"])
def test_a_port_base_that_cannot_be_used_is_refused_with_what_can(value: str) -> None:
    with pytest.raises(InvalidSetting, match=r"STORMPROOF_PORT_BASE=.*1024 to 32600"):
        resolve_home({"STORMPROOF_PORT_BASE": value}, is_root=True, user_dir=USER_DIR)
