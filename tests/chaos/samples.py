"""One example of every fault, on a target that the real stack has; a new fault gets its line here."""

from dataclasses import dataclass, field

from pydantic import JsonValue


@dataclass(frozen=True, slots=True)
class Sample:
    """A fault of some strength and what it breaks."""

    target: str
    parameters: dict[str, JsonValue] = field(default_factory=dict)


SAMPLES: dict[str, Sample] = {
    "refused": Sample("redis-cache"),
    "latency": Sample("redis-cache", {"latency_ms": 100}),
    "frozen": Sample("redis-cache"),
    "slowed": Sample("redis-cache", {"running_share": 0.2, "period_ms": 500}),
    "killed": Sample("redis-cache"),
    "worker-killed": Sample("postgres"),
    "restarted-with": Sample("postgres", {"arguments": ["-c", "max_connections=40"]}),
    "clock-step": Sample("redis-cache", {"offset_s": 3600}),
    "secret-rotated": Sample("redis-cache"),
    "writes-rejected": Sample("elasticsearch"),
}
