"""Commands that do nothing, or whose exit code says nothing: by what the file says of a process provider."""

import re
import shlex
from pathlib import PurePath

from pydantic import JsonValue

from chaos.supervision.experiment_file import Provider

_IDLE = {"true", "echo", "printf", ":", "sleep"}
_SHELLS = {"sh", "bash", "dash", "ash", "ksh", "zsh"}
_ALWAYS_0 = re.compile(r"(\|\|\s*(true|:)|;\s*(true|:|exit\s+0))\s*$")
_MORE_THAN_ONE_COMMAND = re.compile(r"[|&;<>`\n]|\$\(")
"""Pipes, sequences, files, and what a shell puts in: then another command has its say."""


def does_nothing(provider: Provider) -> bool:
    """It touches nothing, and asks nobody: what it prints stands in the file."""
    return provider.type == "process" and _is_idle(PurePath(provider.path or "").name, provider.arguments)


def always_exits_with_0(provider: Provider) -> bool:
    """Whatever became of what it has asked."""
    if provider.type != "process":
        return False
    arguments = provider.arguments
    last = arguments[-1] if isinstance(arguments, list) and arguments else arguments
    return (isinstance(last, str) and _ALWAYS_0.search(last) is not None) or does_nothing(provider)


def _is_idle(name: str, arguments: JsonValue) -> bool:
    if isinstance(arguments, str):
        # Chaos Toolkit gives it to a shell, behind the path.
        if _MORE_THAN_ONE_COMMAND.search(arguments):
            return False
        arguments = list(_words(arguments))
    if name in _IDLE:
        return True
    words = [str(one) for one in arguments] if isinstance(arguments, list) else []
    if name in _SHELLS and "-c" in words[:-1]:
        return _is_idle_script(words[words.index("-c") + 1])
    return False


def _is_idle_script(script: str) -> bool:
    words = _words(script)
    return bool(words) and words[0] in _IDLE and not _MORE_THAN_ONE_COMMAND.search(script)


def _words(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError:  # quotes that are not closed
        return ()
