"""A configuration that its server itself rewrites: made once, as the server's user."""

from pathlib import Path

from stack.errors import PartFailed
from stack.parts.part import PartContext
from stack.tool import run_tool

# As that user, and not by root: what is in its folder is under that user's control.
_SCRIPT = 'test -s "$1" || { printf "%s" "$0" > "$1.new" && mv "$1.new" "$1"; }'


def make_owned_file(context: PartContext, path: Path, content: str) -> None:
    """Write `path` unless it is there; its folder must be the server's. Raises PartFailed."""
    result = run_tool(
        ("/bin/sh", "-c", _SCRIPT, content, str(path)),
        cancellation=context.cancellation,
        user=context.settings.part_user,
    )
    if result.exit_code != 0:
        raise PartFailed(
            f"its configuration could not be written: {result.last_lines()}",
            where=str(path),
            next_step="Put right what it says, then try again.",
        )
