"""A watch whose clock is set goes on with a part of the new time."""

import time
from pathlib import Path

import pytest
from rich.console import Console

from evidence.home import Home
from stormproof.run.conclusion import Conclusion
from stormproof.run.interrupt import Interrupts
from stormproof.watch.folder import WatchFolder
from stormproof.watch.watch import QuietBoard, Watch, watch
from tests.loadtests.processes import Bench

pytestmark = pytest.mark.timeout(120)
HOUR_NS = 3_600_000_000_000


class SteppedClock:
    """Is set an hour ahead once requests of a part are on record, in each part."""

    def __init__(self, runs: Path) -> None:
        self._runs = runs
        self.steps = 0

    def now_ns(self) -> int:
        """The wall clock as it is set."""
        recorded = sum(one.stat().st_size > 10_000 for one in self._runs.glob("*/live/*.arrows"))
        self.steps = max(self.steps, recorded)
        return time.time_ns() + self.steps * HOUR_NS


def test_the_part_ends_and_the_next_one_is_of_the_new_time(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    try:
        server, runs = bench.server(), tmp_path / "runs"
        clock, interrupts, ended = SteppedClock(runs), Interrupts(), list[Conclusion]()

        def on_part(conclusion: Conclusion) -> None:
            ended.append(conclusion)
            interrupts.interrupted = True

        asked = Watch(
            folder=WatchFolder(runs),
            name="ping",
            scenario_file=bench.scenario(rate_per_s=20, duration_s=1),
            target=server.url,
            further_targets=(),
            seed=1,
            part_s=86_400,
            keep=400,
            objectives=(),
            home=Home(programs_dir=tmp_path / "programs", state_dir=tmp_path / "home", port_base=21000),
            on_part=on_part,
            wall_ns=clock.now_ns,
        )
        watch(asked, QuietBoard(Console(quiet=True)), interrupts)
        (part,) = ended
        record = part.folder.read_run()
        assert record.ended_ns is not None
        assert not record.interrupted, "what was recorded is whole"
        assert record.scheduled[0].arrivals < 20 * 60, "not the rest of the day"
        assert clock.steps == 1
    finally:
        bench.stop()
