"""How soon each fault of the network is verified, and how exactly the timeline tells its beginning and end.

python -m benchmarks.fault_verification [--rounds 5]

Against the stack that is up (stormproof up), whose dependencies are broken and healed. A client asks on a new
connection every 10 ms: `injected` and `healed` must lie within 50 ms of the first question that felt the
fault, and of the first answer after it that did not. From `injecting` to `verified` at most a second may
pass.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pydantic import JsonValue

from chaos.address import Address
from chaos.faults import make_fault
from chaos.faults.kind import MadeFault
from chaos.faults.network.network_fault import NetworkFault
from chaos.faults.network.refused import Refused
from chaos.targets.proxy import find_proxy
from chaos.targets.whereabouts import Whereabouts
from chaos.toxiproxy import Toxiproxy
from evidence.home import resolve_home
from evidence.ports import HOST, StackPorts
from tests.chaos.asking_client import AskingClient
from tests.chaos.one_fault import live_through

MOST_MS = 1000.0
MOST_ERROR_MS = 50.0
TARGETS = ("elasticsearch", "postgres", "redis-cache", "redis-state")
FAULTS: tuple[tuple[str, dict[str, JsonValue]], ...] = (
    ("refused", {}),
    ("hung", {}),
    ("latency", {"latency_ms": 100, "jitter_ms": 20}),
    ("latency", {"latency_ms": 3000}),
    ("bandwidth", {"rate_kb_per_s": 50}),
    ("bandwidth", {"rate_kb_per_s": 50, "direction": "both"}),
    ("sliced", {"part_bytes": 64, "pause_ms": 5}),
    ("truncated", {"after_bytes": 100}),
    ("reset", {}),
    ("slow-close", {"close_after_ms": 500}),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a row for each fault; 0 when all are verified within a second and told within 50 ms."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fault_verification", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    home = resolve_home(os.environ, is_root=os.geteuid() == 0, user_dir=Path.home())
    toxiproxy = Toxiproxy(Address(HOST, StackPorts(home.port_base).toxiproxy_admin))
    whereabouts = Whereabouts(toxiproxy, home.stack_file)
    print(
        f"worst of {options.rounds} rounds, in ms; demanded: verified within {MOST_MS:.0f}, "
        f"injected and healed told within {MOST_ERROR_MS:.0f} of the effect"
    )
    missed = 0
    for name, parameters in FAULTS:
        for target in TARGETS:
            rounds = [measure(whereabouts, name, parameters, target) for _ in range(options.rounds)]
            verified_ms, begin_ms, end_ms = (max(column, key=abs) for column in zip(*rounds, strict=True))
            ok = verified_ms <= MOST_MS and max(abs(begin_ms), abs(end_ms)) <= MOST_ERROR_MS
            missed += not ok
            told = " ".join(f"{key}={value}" for key, value in parameters.items())
            print(
                f"{name + ' ' + told:45} {target:14} verified {verified_ms:6.0f}  injected {begin_ms:+6.1f}  "
                f"healed {end_ms:+6.1f}  {'' if ok else 'MISSED'}",
                flush=True,
            )
    several = verified_at_once(whereabouts)
    print(f"refused and hung, all {len(TARGETS)} at once: verified {several[0]:.0f} and {several[1]:.0f}")
    return int(missed > 0 or max(several) > MOST_MS)


def measure(
    whereabouts: Whereabouts, name: str, parameters: dict[str, JsonValue], target: str
) -> tuple[float, float, float]:
    """From injecting to verified; from the effect's beginning to injected, and from its end to healed."""
    fault = make_fault(name, parameters)
    assert isinstance(fault, MadeFault)
    assert isinstance(fault.fault, NetworkFault | Refused)
    door = find_proxy(whereabouts, target).door
    with (
        tempfile.TemporaryDirectory(prefix="stormproof-bench-") as folder,
        AskingClient(door, fault.fault) as client,
    ):
        (window,) = live_through(Path(folder), whereabouts, fault, [target])
    injecting_ns, injected_ns = window.injecting_ns or 0, window.injected_ns or 0
    return (
        ((window.verified_ns or 0) - injecting_ns) / 1e6,
        (injected_ns - client.began_ns()) / 1e6,
        ((window.healed_ns or 0) - client.ended_ns()) / 1e6,
    )


def verified_at_once(whereabouts: Whereabouts) -> tuple[float, float]:
    """The slowest target's, of a partition from everything."""
    times = []
    for name in ("refused", "hung"):
        with tempfile.TemporaryDirectory(prefix="stormproof-bench-") as folder:
            windows = live_through(Path(folder), whereabouts, make_fault(name, {}), TARGETS)
        times.append(max(((one.verified_ns or 0) - (one.injecting_ns or 0)) / 1e6 for one in windows))
    return times[0], times[1]


if __name__ == "__main__":
    sys.exit(main())
