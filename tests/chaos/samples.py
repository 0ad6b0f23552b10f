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
    "hung": Sample("redis-cache"),
    "latency": Sample("redis-cache", {"latency_ms": 1000}),
    "bandwidth": Sample("redis-cache", {"rate_kb_per_s": 50}),
    "sliced": Sample("redis-cache", {"part_bytes": 64, "pause_ms": 5}),
    "truncated": Sample("redis-cache", {"after_bytes": 100}),
    "reset": Sample("redis-cache"),
    "slow-close": Sample("redis-cache", {"close_after_ms": 300}),
    "breaker-tripped": Sample("elasticsearch"),
    "writes-blocked": Sample("elasticsearch", {"indices": "probed-*"}),
    "index-red": Sample("elasticsearch", {"indices": "probed-*"}),
    "backends-terminated": Sample("postgres", {"every_s": 0.5}),
    "connections-exhausted": Sample("postgres"),
    "locks-held": Sample("postgres", {"tables": ["probed"], "database": "postgres"}),
    "read-only": Sample("postgres"),
    "memory-full": Sample("redis-cache"),
    "writes-paused": Sample("redis-state"),
    "clients-killed": Sample("redis-state"),
    "flushed": Sample("redis-cache"),
    "frozen": Sample("redis-cache"),
    "slowed": Sample("redis-cache", {"running_share": 0.2, "period_ms": 500}),
    "killed": Sample("redis-cache"),
    "worker-killed": Sample("postgres"),
    "restarted-with": Sample("postgres", {"arguments": ["-c", "max_connections=40"]}),
    "clock-step": Sample("redis-cache", {"offset_s": 3600}),
    "secret-rotated": Sample("redis-cache"),
    "writes-rejected": Sample("elasticsearch"),
}
