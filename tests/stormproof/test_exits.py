"""Errors become exit codes; what is not our defect is not called one."""

import errno
import os
from pathlib import Path

import pytest
import typer

from stormproof import exit_codes
from stormproof.cli.exits import errors_as_exit_codes


def exit_of(error: Exception, trace_dir: Path) -> int:
    with pytest.raises(typer.Exit) as raised, errors_as_exit_codes(trace_dir):
        raise error
    return raised.value.exit_code


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_full_disk_is_no_defect(number: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    error = OSError(number, os.strerror(number), "runs/one")
    assert exit_of(error, tmp_path) == exit_codes.BAD_INPUT
    assert f"runs/one: {os.strerror(number)}. Make room there" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_any_other_error_of_the_system_leaves_its_trace(tmp_path: Path) -> None:
    error = ConnectionResetError(errno.ECONNRESET, "reset by peer")
    assert exit_of(error, tmp_path) == exit_codes.DEFECT
    (trace,) = tmp_path.iterdir()
    assert "reset by peer" in trace.read_text()
