"""Clock step: what it takes for the time of day is not."""

import email.utils
import http.client
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import psutil
from pydantic import ConfigDict, Field

from chaos.errors import InvalidArgumentError
from chaos.faults.process.alteration_fault import AlterationFault
from chaos.processes.restart import Alteration
from chaos.targets.process import ProcessTarget
from evidence.stack_record import StackProcess

LIBRARY = "libfaketime.so.1"
PLACES = ("/usr/lib", "/usr/lib64", "/usr/local/lib")
_LEAST_S = 30.0
_TOLERANCE_S = 5.0
_ANSWERS_WITHIN_S = 2.0


@dataclass(frozen=True, slots=True)
class ClockStep(AlterationFault):
    """The process is started with libfaketime (LD_PRELOAD), where that is installed: Debian's package
    faketime, https://github.com/wolfcw/libfaketime. Its monotonic clock goes on as it should."""

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "clock-step"
    effect: ClassVar[str] = "Connections are cut once; then its time of day is wrong by the step."

    offset_s: Annotated[float, Field(ge=-31_622_400, le=31_622_400)]
    """Added to the time of day; at least 30 s, forward or backward."""

    def __post_init__(self) -> None:
        """Raises ValueError for a step that cannot be told from a clock that is a little wrong."""
        if abs(self.offset_s) < _LEAST_S:
            raise ValueError(f"offset_s must be at least {_LEAST_S:g} s, forward or backward")

    def alteration(self, registered: StackProcess) -> Alteration:  # noqa: ARG002 -- for those that need it
        """The library before all others. Raises InvalidArgumentError where it is not installed."""
        return Alteration(
            {
                "LD_PRELOAD": str(find_library()),
                "FAKETIME": f"{self.offset_s:+.3f}",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            }
        )

    def not_altered(self, target: ProcessTarget, process: psutil.Process) -> str | None:
        """The library is in its memory; a service's answers carry the wrong date."""
        if not any(Path(one.path).name == LIBRARY for one in process.memory_maps()):
            return f"{LIBRARY} is not in its memory (a program that is linked statically takes no notice)"
        if target.door is None or target.door.speech.dialect != "http":
            return None
        address = target.door.address
        connection = http.client.HTTPConnection(address.host, address.port, timeout=_ANSWERS_WITHIN_S)
        try:
            connection.request("GET", target.door.speech.path)
            date = connection.getresponse().getheader("Date")
        except (OSError, http.client.HTTPException) as error:
            return f"it does not answer: {error!r}"
        finally:
            connection.close()
        if date is None:
            return None
        off_s = email.utils.parsedate_to_datetime(date).timestamp() - time.time()
        wrong = abs(off_s - self.offset_s) > _TOLERANCE_S
        return f"its date is off by {off_s:.0f} s, not by {self.offset_s:.0f} s" if wrong else None


def find_library(places: Sequence[str] = PLACES) -> Path:
    """Where the library is. Raises InvalidArgumentError, which says how to install it."""
    for place in places:
        for pattern in (f"*/faketime/{LIBRARY}", f"faketime/{LIBRARY}"):
            for found in sorted(Path(place).glob(pattern)):
                return found
    raise InvalidArgumentError(
        f"clock-step needs {LIBRARY} below {' or '.join(places)}. Nothing was broken. Install it "
        "(Debian: apt install faketime)."
    )
