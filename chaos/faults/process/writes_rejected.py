"""Writes rejected: Elasticsearch has no room for writes in hand."""

import http.client
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import psutil
from pydantic import ConfigDict

from chaos.errors import InvalidArgumentError
from chaos.faults.process.alteration_fault import AlterationFault
from chaos.processes.elasticsearch_arguments import with_setting
from chaos.processes.restart import Alteration
from chaos.targets.process import ProcessTarget
from evidence.documents import replace_file
from evidence.stack_record import StackProcess

_ARGUMENTS_FILE = "server-arguments"
"""What the stack's Elasticsearch reads its settings from."""
_SETTING = "indexing_pressure.memory.limit"
_REJECTED = 429
_ANSWERS_WITHIN_S = 5.0
_PROBE = b'{"delete":{"_index":"stormproof-no-such-index","_id":"1"}}\n'
"""A write that could change nothing."""


@dataclass(frozen=True, slots=True)
class WritesRejected(AlterationFault):
    """Elasticsearch is started with an indexing_pressure.memory.limit of one byte, as a node whose memory is
    taken by writes in hand.

    https://www.elastic.co/docs/reference/elasticsearch/index-settings/pressure
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: ClassVar[str] = "writes-rejected"
    effect: ClassVar[str] = "Connections are cut once; then every write is answered 429, searches as always."

    def alteration(self, registered: StackProcess) -> Alteration:
        """It reads another file. Raises InvalidArgumentError for what is not the stack's Elasticsearch."""
        file = _arguments_file(registered)
        return Alteration(replaced={str(file): str(_altered(file))})

    def prepare(self, registered: StackProcess) -> None:
        """Write that file."""
        file = _arguments_file(registered)
        replace_file(_altered(file), with_setting(file.read_bytes(), _SETTING, "1b"))

    def clear(self, registered: StackProcess) -> None:
        """Remove it."""
        _altered(_arguments_file(registered)).unlink(missing_ok=True)

    def not_altered(self, target: ProcessTarget, process: psutil.Process) -> str | None:  # noqa: ARG002
        """A write is answered 429."""
        if target.door is None:
            return "nobody said where it is asked"
        address = target.door.address
        connection = http.client.HTTPConnection(address.host, address.port, timeout=_ANSWERS_WITHIN_S)
        try:
            connection.request("POST", "/_bulk", _PROBE, {"Content-Type": "application/x-ndjson"})
            answer = connection.getresponse()
            status, body = answer.status, answer.read()[:200]
        except (OSError, http.client.HTTPException) as error:
            return f"it does not answer a write: {error!r}"
        finally:
            connection.close()
        return None if status == _REJECTED else f"it answers a write with {status}: {body!r}"


def _arguments_file(registered: StackProcess) -> Path:
    for argument in registered.argv:
        if Path(argument).name == _ARGUMENTS_FILE:
            return Path(argument)
    raise InvalidArgumentError(
        f"writes-rejected: target {registered.name!r} is not the stack's Elasticsearch. Nothing was broken."
    )


def _altered(file: Path) -> Path:
    return file.with_name(f"{file.name}-writes-rejected")
