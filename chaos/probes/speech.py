"""Which dialect something speaks, and with which particulars: as experiments name it and records keep it."""

from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from chaos.errors import InvalidArgumentError
from chaos.probes.dialect import Dialect
from chaos.probes.elasticsearch import ELASTICSEARCH
from chaos.probes.http import http_dialect
from chaos.probes.postgres import postgres_dialect
from chaos.probes.redis import REDIS
from chaos.probes.tcp import tcp_dialect

type DialectName = Literal["elasticsearch", "http", "postgres", "redis", "tcp"]


@dataclass(frozen=True, slots=True)
class Speech:
    """A dialect by name; of the rest, what that dialect needs."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    dialect: DialectName
    path: str = "/"
    """http: what is asked for, with its query."""
    user: str = "postgres"
    database: str = "postgres"
    say: str = ""
    """tcp: what is said."""
    expect: str = ""
    """tcp: what the answer ends with."""

    def __post_init__(self) -> None:
        """Raises ValueError for tcp without a word to say, and for a path that is none."""
        if self.dialect == "tcp" and not self.say:
            raise ValueError("dialect tcp needs `say`: what to send so that an answer comes back")
        if (
            not self.path.startswith("/")
            or not self.path.isascii()
            or not self.path.isprintable()
            or " " in self.path
        ):
            raise ValueError("path must start with / and be made of printable ASCII without blanks")


_ADAPTER = TypeAdapter(Speech)


def dialect_for(speech: Speech) -> Dialect:
    """What a probe says and understands."""
    match speech.dialect:
        case "elasticsearch":
            return ELASTICSEARCH
        case "redis":
            return REDIS
        case "http":
            return http_dialect(speech.path)
        case "postgres":
            return postgres_dialect(speech.user, speech.database)
        case "tcp":
            return tcp_dialect(speech.say, speech.expect)


def write_speech(speech: Speech) -> str:
    """As `read_speech` takes it."""
    return _ADAPTER.dump_json(speech, exclude_defaults=True).decode()


def read_speech(text: str, where: str) -> Speech:
    """What a record says; `where` names it in errors. Raises InvalidArgumentError."""
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        raise InvalidArgumentError(f"{where}, dialect: {text!r}: {error.errors()[0]['msg']}.") from error
