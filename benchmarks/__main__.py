"""`python -m benchmarks [NAME]`: one benchmark, or all of them, one after another."""

import os
import runpy
import socket
import sys
from pathlib import Path

import stack
from evidence.home import InvalidSetting, resolve_home
from evidence.ports import HOST, StackPorts

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))

ON_DEMAND = frozenset({"slo_billion"})
"""Those that take gigabytes of disk: run by name only."""
ON_A_STACK = frozenset(
    {
        *("added_latency", "bulk_writes", "cached_search", "fault_verification"),
        *("noisy_neighbour", "outage_recovery", "soak_memory", "tracing_cost"),
    }
)
"""Those against the stack that is up: they start none, so that its start is no part of what they measure."""
_BAD_INPUT = 2
_ANSWERS_WITHIN_S = 2.0
_PARTS = ("elasticsearch", "postgres", "redis-cache", "redis-state")


def main() -> int:
    """Run what was asked for; 2 for a name that there is not, a wrong setting, a stack that is not up."""
    wanted = sys.argv[1:] or [name for name in NAMES if name not in ON_DEMAND]
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"{', '.join(unknown)}: must be one of {', '.join(NAMES)}", file=sys.stderr)
        return _BAD_INPUT
    missed = 0
    for name in wanted:
        print(f"== {name}", flush=True)
        sys.argv = [name]
        try:
            if name in ON_A_STACK:
                see_that_the_stack_is_up()
            runpy.run_module(f"benchmarks.{name}", run_name="__main__")
        except SystemExit as ended:
            missed += ended.code not in {0, None}
        except (InvalidSetting, stack.StackError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            return _BAD_INPUT
    return 1 if missed else 0


def see_that_the_stack_is_up() -> None:
    """Raises PartFailed where a part does not listen, InvalidSetting for a wrong port base."""
    ports = StackPorts(resolve_home(os.environ, is_root=os.geteuid() == 0, user_dir=Path.home()).port_base)
    numbers = {name: ports.direct(name) for name in _PARTS} | {"toxiproxy": ports.toxiproxy_admin}
    for name, port in numbers.items():
        try:
            socket.create_connection((HOST, port), _ANSWERS_WITHIN_S).close()
        except OSError as error:
            raise stack.PartFailed(
                f"{name} does not listen",
                where=f"{HOST}:{port}",
                next_step="Start the stack, with the same STORMPROOF_PORT_BASE: stormproof up",
            ) from error


if __name__ == "__main__":
    sys.exit(main())
