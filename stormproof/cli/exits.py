"""Errors become messages that a user can act on, and exit codes that a pipeline can read."""

import errno
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console

import stack
from evidence.errors import InvalidFile
from evidence.home import InvalidSetting
from evidence.importing.errors import InvalidOption
from slo.budget.projection import InvalidFrequency
from slo.evaluate import UnknownDemand
from slo.months.month import InvalidMonth
from slo.prometheus.errors import PrometheusError
from slo.tables.mapping import InvalidMapping
from stormproof import exit_codes
from stormproof.errors import BadInput
from stormproof.run.load_alone import GeneratorDefect

_BAD_INPUT = (
    InvalidFile,
    InvalidSetting,
    InvalidOption,
    InvalidMapping,
    InvalidFrequency,
    InvalidMonth,
    PrometheusError,
    BadInput,
    UnknownDemand,
)
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})
errors = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def errors_as_exit_codes(trace_dir: Path) -> Iterator[None]:
    """Within the block, every error ends the command with its exit code and a message.

    A defect of ours leaves its trace in `trace_dir` and says where.
    """
    try:
        yield
    except _BAD_INPUT as error:
        _say(str(error))
        raise typer.Exit(exit_codes.BAD_INPUT) from error
    except stack.StackError as error:
        _say(str(error))
        raise typer.Exit(exit_codes.STACK_UNAVAILABLE) from error
    except (PermissionError, FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        _say(f"{error.filename or ''}: {error.strerror or error}. Name a folder that can be written.")
        raise typer.Exit(exit_codes.BAD_INPUT) from error
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise _defect(error, trace_dir) from error
        _say(f"{error.filename or 'A file'}: {error.strerror}. Make room there and run it again.")
        raise typer.Exit(exit_codes.BAD_INPUT) from error
    except GeneratorDefect as error:
        _say(str(error))
        raise typer.Exit(exit_codes.DEFECT) from error
    except KeyboardInterrupt as error:
        _say("Interrupted.")
        raise typer.Exit(exit_codes.INTERRUPTED) from error
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except Exception as error:
        raise _defect(error, trace_dir) from error


def _defect(error: Exception, trace_dir: Path) -> typer.Exit:
    place = _keep_trace(trace_dir)
    _say(f"A defect in stormproof: {type(error).__name__}: {error}\nIts trace is in {place}.")
    return typer.Exit(exit_codes.DEFECT)


def _say(message: str) -> None:
    errors.print(message, style="red", markup=False)


def _keep_trace(trace_dir: Path) -> str:
    text = traceback.format_exc()
    path = trace_dir / f"defect-{datetime.now(UTC):%Y%m%dT%H%M%S}.log"
    try:
        trace_dir.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError:
        sys.stderr.write(text)
        return "what stands above"
    return str(path)
