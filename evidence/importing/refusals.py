"""Files that are known and cannot be evidence, with what to import in their place."""

from collections.abc import Callable
from dataclasses import dataclass

from evidence.importing.format import first_line


@dataclass(frozen=True, slots=True)
class Refusal:
    """A form of results that holds no evidence of requests."""

    what: str
    recognises: Callable[[bytes], bool]
    why: str
    instead: str


def _starts(*beginnings: str) -> Callable[[bytes], bool]:
    return lambda head: first_line(head).startswith(beginnings)


def _is_binary_gatling(head: bytes) -> bool:
    """A record of the kind RUN (0), then the length of the version and the version."""
    return head[:1] == b"\0" and head[1:4] == b"\0\0\0" and head[5:6].isdigit() and b"." in head[5:12]


def _is_k6_summary(head: bytes) -> bool:
    text = head.decode("utf-8", "replace")
    return (
        text.lstrip().startswith("{")
        and '"metrics"' in text
        and '"http_req' in text
        and '"Point"' not in text
    )


_PACKED = (b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ\0", b"PK\x03\x04")
"""How files of zstd, bzip2, xz and zip begin."""

_RUN_LOCUST = (
    "Import the …_stats_history.csv that was written beside it (locust --csv NAME --csv-full-history), or "
    "run the locustfile under stormproof for evidence with latencies."
)

REFUSALS = (
    Refusal(
        "packed with zstd, bzip2, xz or zip",
        lambda head: head.startswith(_PACKED),
        "only gzip'd results are read as they are",
        "Unpack it, or pack it with gzip.",
    ),
    Refusal(
        "Locust's …_stats.csv",
        _starts("Type,Name,Request Count,Failure Count"),
        "it has sums over the whole run, without instants",
        _RUN_LOCUST,
    ),
    Refusal(
        "Locust's …_failures.csv",
        _starts("Method,Name,Error,Occurrences"),
        "it has failures, without the requests that they are a share of",
        _RUN_LOCUST,
    ),
    Refusal(
        "Locust's …_exceptions.csv",
        _starts("Count,Message,Traceback"),
        "it has exceptions of the locustfile, not requests",
        _RUN_LOCUST,
    ),
    Refusal(
        "a binary simulation.log of Gatling 3.12 or newer",
        _is_binary_gatling,
        "since 3.12 Gatling writes a binary form that only the same version of Gatling reads",
        "Run the simulation with Gatling 3.11 or older, whose simulation.log is text.",
    ),
    Refusal(
        "a summary of k6",
        _is_k6_summary,
        "it has aggregates, without single requests",
        "Run k6 with --out json=FILE (or --out csv=FILE), and import that file.",
    ),
)
