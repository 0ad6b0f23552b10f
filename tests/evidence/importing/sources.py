"""Files of results for tests, and what an import makes of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from evidence.importing.account import Account
from evidence.importing.catalogue import FORMATS
from evidence.importing.foreign_request import ForeignRequest
from evidence.importing.format import Format, ReadOptions
from evidence.importing.formats.hdr_requests import UNITS_NS
from evidence.importing.import_plan import ImportPlan
from evidence.importing.importer import Imported
from evidence.importing.instants import rfc3339_ns
from evidence.importing.source_file import SourceFile
from evidence.request_record import REQUESTS, LatencyClock

FILES = Path(__file__).parent / "files"
AT_NS = rfc3339_ns("", "2026-11-25T15:00:00Z")

_NGINX_NAMED = (
    "at=$msec took=$request_time status=$status bytes=$bytes_sent tenant=$http_x_tenant "
    "method=$request_method uri=$request_uri upstream=$upstream_response_time"
)
_ENVOY_OWN = (
    "%START_TIME(%s.%6f)% %REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE% %RESPONSE_FLAGS% %DURATION% "
    r"%BYTES_SENT% tenant=%REQ(X-TENANT?X-ORG):8%\n"
)
_HISTOGRAM = ("--unit", "ns", "--assume-answered")


@dataclass(frozen=True, slots=True)
class Sample:
    """A committed file, the format that it is, and how it is imported."""

    file: str
    format: str
    read: ReadOptions = field(default_factory=ReadOptions)
    options: tuple[str, ...] = ()
    """The same, as the command line has it."""

    @property
    def path(self) -> Path:
        """Where it lies."""
        return FILES / self.file


SAMPLES = (
    Sample("k6.json.gz", "k6-json"),
    Sample("k6.csv.gz", "k6-csv"),
    Sample("vegeta.gob", "vegeta-gob"),
    Sample("vegeta.json", "vegeta-json"),
    Sample("vegeta.csv", "vegeta-csv"),
    Sample(
        "wrk2.txt",
        "wrk2",
        ReadOptions(started_at_ns=AT_NS),
        ("--started-at", "2026-11-25T15:00:00Z"),
    ),
    Sample("histogram.hlog", "hdr-log", ReadOptions(unit_ns=1, assume_answered=True), _HISTOGRAM),
    Sample(
        "histogram.hgrm",
        "hdr-percentiles",
        ReadOptions(
            unit_ns=UNITS_NS["ms"],
            clock=LatencyClock.INTENDED,
            started_at_ns=AT_NS,
            assume_answered=True,
        ),
        (
            *("--unit", "ms", "--assume-answered", "--clock", "intended"),
            *("--started-at", "2026-11-25T15:00:00Z"),
        ),
    ),
    Sample("gatling-3.11.log", "gatling"),
    Sample("locust_full_stats_history.csv", "locust"),
    Sample("locust_sums_stats_history.csv", "locust"),
    Sample("jmeter.csv", "jmeter-csv"),
    Sample("jmeter.xml", "jmeter-xml"),
    Sample("nginx-combined.log", "nginx"),
    Sample("nginx-timed.log", "nginx"),
    Sample("nginx-named.log", "nginx", ReadOptions(log_format=_NGINX_NAMED), ("--log-format", _NGINX_NAMED)),
    Sample("envoy-default.log", "envoy"),
    Sample("envoy-own.log", "envoy", ReadOptions(log_format=_ENVOY_OWN), ("--log-format", _ENVOY_OWN)),
)


def sample(file: str) -> Sample:
    """The committed file of this name."""
    return next(one for one in SAMPLES if one.file == file)


def format_named(name: str) -> Format:
    """A format of the catalogue."""
    return next(one for one in FORMATS if one.name == name)


def read_file(
    path: Path, name: str, options: ReadOptions | None = None, *, skip_bad: bool = False
) -> tuple[list[ForeignRequest], Account]:
    """The requests of a file, and the account of its lines."""
    account = Account(path, skip_bad=skip_bad)
    requests = list(format_named(name).read(SourceFile(path), options or ReadOptions(), account))
    return requests, account


def read_bytes(
    folder: Path,
    content: bytes | str,
    name: str,
    options: ReadOptions | None = None,
    *,
    skip_bad: bool = False,
) -> tuple[list[ForeignRequest], Account]:
    """The requests of what a file holds."""
    path = folder / "results"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(path, name, options, skip_bad=skip_bad)


def plan_of(one: Sample, runs_dir: Path) -> ImportPlan:
    """How a sample is imported."""
    return ImportPlan((one.path,), runs_dir=runs_dir, read=one.read)


def rows_of(imported: Imported) -> list[Mapping[str, Any]]:
    """The records of an import, in their order."""
    files = sorted((imported.folder.path / REQUESTS.folder).iterdir())
    return [row for path in files for row in pq.read_table(path).to_pylist()]
