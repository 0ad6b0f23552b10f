"""Arrivals through the whole path of the generator but the network.

python -m benchmarks._recording_path COUNT DIR: launch, request, answer, classification, records on disk, live
histograms. Prints the resident memory in bytes as soon as everything is made, and at each million.
"""

import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path

import gevent
import psutil

from evidence.local_limit import LocalLimit
from loadtests.arrivals import Arrival
from loadtests.generator.capacity import Capacity
from loadtests.generator.connections import Exchange
from loadtests.generator.destinations import Destinations
from loadtests.generator.flights import Flights
from loadtests.generator.gauges import Gauges
from loadtests.generator.live_meter import LiveMeter
from loadtests.generator.pulse import Pulse
from loadtests.generator.record_store import FolderStore
from loadtests.generator.recorder import Recorder, warm_up
from loadtests.generator.target import parse_target
from loadtests.http_messages import HttpAnswer, HttpRequest
from loadtests.operations.acknowledged import Acknowledged
from loadtests.request_plan import RequestPlan
from loadtests.scenario import Scenario
from loadtests.scenario_file import read_scenario

AT_ONCE = 64
A_MILLION = 1_000_000
TARGET = "http://127.0.0.1:1"
WORKER = "worker-0"


class Answers(Destinations):
    """Answers at once, in the time that the sequence gives, without a network."""

    def __init__(self, scenario: Scenario, now_ns: Callable[[], int]) -> None:
        super().__init__({None: parse_target(TARGET)}, scenario.timeout_s, now_ns)
        self._clock_ns = now_ns
        self._asked = 0

    def exchange(self, name: str | None, request: HttpRequest, address: str) -> Exchange:  # noqa: ARG002 -- the interface's
        """An answer that took up to a quarter of a second."""
        self._asked += 1
        started_ns = self._clock_ns()
        latency_ns = self._asked * 7919 % 250_000_000
        return Exchange(
            started_ns, started_ns + latency_ns, HttpAnswer(200, {"age": "1"}, b'{"hello":"world"}')
        )


def main() -> None:
    """As fast as it goes."""
    count, run_dir = int(sys.argv[1]), Path(sys.argv[2])
    warm_up()
    scenario = read_scenario(run_dir / "scenario.yaml")
    now_ns, start_ns = time.time_ns, time.time_ns()
    recorder, gauges = Recorder(FolderStore(run_dir), WORKER, _fail), Gauges(now_ns)
    recorder.open()
    meter, acknowledged = LiveMeter(WORKER, start_ns), Acknowledged()
    flights = Flights(
        worker=WORKER,
        capacity=Capacity(2000, LocalLimit.IN_FLIGHT),
        start_ns=start_ns,
        now_ns=now_ns,
        plan=RequestPlan(scenario, {}, (), seed=1, worker_index=0, acknowledged=acknowledged),
        destinations=Answers(scenario, now_ns),
        recorder=recorder,
        gauges=gauges,
        meter=meter,
        acknowledged=acknowledged,
        on_record=lambda *_: None,
    )
    pulse = Pulse(
        worker=WORKER,
        start_ns=start_ns,
        now_ns=now_ns,
        gauges=gauges,
        meter=meter,
        recorder=recorder,
        in_flight=lambda: flights.in_flight,
        called_for=lambda _: count,
    )
    flights.open()
    gc.collect()
    gc.freeze()
    pulse.open()
    process = psutil.Process()
    _say(process)
    for sequence in range(count):
        flights.launch(sequence, Arrival(sequence, sequence * 1000, "p"))
        while flights.in_flight >= AT_ONCE:
            gevent.sleep(0)
        if (sequence + 1) % A_MILLION == 0:
            _say(process)
    flights.drain(10.0)
    pulse.close()
    recorder.close()


def _say(process: psutil.Process) -> None:
    sys.stdout.write(f"{process.memory_info().rss}\n")
    sys.stdout.flush()


def _fail(error: OSError) -> None:
    raise SystemExit(f"the records cannot be written: {error}")


if __name__ == "__main__":
    main()
