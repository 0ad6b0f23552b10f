"""What a command tells the process of its page, and what it hears from it: one JSON object a line."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that goes on, as the terminal shows it."""

    what: str
    state: str
    done: bool = False
    failed: bool = False
    kind: Literal["step"] = "step"


@dataclass(frozen=True, slots=True)
class LoadBegins:
    """From now on a load records in a run folder."""

    run_dir: str
    duration_s: float | None
    """None where nobody knows."""
    kind: Literal["load"] = "load"


@dataclass(frozen=True, slots=True)
class Ending:
    """What the run came to; the command ends after it."""

    verdict: str
    """A verdict; for a load alone `evidence` or `INVALID`, and `interrupted` for what was cut."""
    reasons: tuple[str, ...]
    run_dir: str | None = None
    report: str | None = None
    """The path of its report; None where there is none."""
    kind: Literal["ending"] = "ending"


type Message = Step | LoadBegins | Ending

_ADAPTER: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="kind")])


def line_of(message: Message) -> bytes:
    """A line, with its end. Raises ValueError for text that is none."""
    return _ADAPTER.dump_json(message) + b"\n"


def message_of(line: bytes) -> Message | None:
    """None for a line that is none: it was cut."""
    try:
        return _ADAPTER.validate_json(line)
    except ValidationError:
        return None


LISTENING, REFUSED, ABORT = "listening", "refused", "abort"
"""What the page's process says: `listening ADDRESS`, once; `refused WHY` where it cannot; `abort`."""
