"""A page that is told what to show: of evidence that was made, not of a load."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evidence.live_record import LIVE, LiveRecord
from evidence.record_writer import RecordWriter
from evidence.run_folder import RunFolder
from evidence.sample_record import SAMPLES, SampleRecord
from stormproof.live.messages import Ending
from stormproof.live.page_process import LivePage, start_page
from stormproof.run.inputs import OBJECTIVES_DIR
from tests.loadtests.live.made_records import START_NS as RECORDS_START_NS
from tests.loadtests.live.made_records import counted, sampled
from tests.slo.runs import START_NS, fault, phase, steady, with_bad, write_run
from tests.system.breakable_shop import OBJECTIVE

assert RECORDS_START_NS == START_NS


@dataclass(slots=True)
class MadePage:
    """One page, and the run that it shows."""

    page: LivePage
    address: str
    run: RunFolder
    aborted: threading.Event
    live: RecordWriter[LiveRecord]
    samples: RecordWriter[SampleRecord]
    second: int = 0

    def load(self, seconds: int, latency_ms: float = 20, **outcomes: int) -> None:
        """So many seconds of load: 20 searches in each."""
        for _ in range(seconds):
            latencies = [latency_ms * (1 + number / 10) for number in range(20)]
            self.live.extend(
                [
                    counted(self.second, [1.0] * 20, operation=None),
                    counted(self.second, latencies, outcomes=outcomes or {"ok": 20}),
                ]
            )
            self.samples.extend(sampled(self.second, 20 * (self.second + 1)))
            self.second += 1
        self.live.flush()
        self.samples.flush()

    def begin(self) -> None:
        """The command tells of the load."""
        self.page.step("service", "ready", done=True, failed=False)
        self.page.load_begins(self.run.path, 60.0)

    def end(self, verdict: str, *reasons: str, report: str | None = None) -> None:
        """The command tells what it came to; `report` is the page that it wrote."""
        path = None
        if report is not None:
            path = self.run.path / "report.html"
            path.write_text(report, encoding="utf-8")
        self.page.ends(Ending(verdict, reasons, str(self.run.path), None if path is None else str(path)))


@contextmanager
def made_page(folder: Path) -> Iterator[MadePage]:
    """A page, and a run with a fault that goes on and a budget that burns."""
    events = [
        *phase("warm-up", 0, 1),
        *phase("redis-down", 1, None),
        *fault("connection-refused", (4, 4.2, 4.5, None, None, None)),
    ]
    run = write_run(folder, with_bad(steady(300), *range(200, 210)), events)
    objectives = run.path / OBJECTIVES_DIR
    objectives.mkdir(parents=True)
    (objectives / "slo.yaml").write_text(OBJECTIVE)
    aborted = threading.Event()
    page, address = start_page("shop-day", (0,), folder / "page.log", aborted.set)
    with (
        RecordWriter(run.path, LIVE, "worker-0") as live,
        RecordWriter(run.path, SAMPLES, "generator-worker-1") as samples,
    ):
        try:
            yield MadePage(page, address, run, aborted, live, samples)
        finally:
            page.kill()
