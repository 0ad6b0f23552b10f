"""The first second of the command, in which it is imported."""

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec

import pytest

from stormproof import exit_codes
from stormproof.__main__ import main

COMMAND_LINE = "stormproof.cli.app"


class CtrlC(MetaPathFinder):
    """Somebody presses it while the command line is imported."""

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        if fullname == COMMAND_LINE:
            raise KeyboardInterrupt
        return None


def test_ctrl_c_while_it_starts_ends_it_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, COMMAND_LINE, raising=False)
    monkeypatch.setattr(sys, "meta_path", [CtrlC(), *sys.meta_path])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == exit_codes.INTERRUPTED
