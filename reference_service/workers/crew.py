"""How many workers there are, as the supervisor tells them, and they tell whoever asks for readiness."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Crew:
    """Workers that are wanted, that are ready, and that were started again because they died."""

    wanted: int = 1
    ready: int = 1
    restarts: int = 0

    @property
    def complete(self) -> bool:
        """Whether all that are wanted are ready."""
        return self.ready >= self.wanted

    def encode(self) -> bytes:
        """As the supervisor writes it into a channel, without the line's end."""
        return orjson.dumps(asdict(self))

    @classmethod
    def decode(cls, line: bytes) -> Crew:
        """What `encode` made."""
        content = orjson.loads(line)
        return cls(content["wanted"], content["ready"], content["restarts"])
