"""`python -m benchmarks [NAME]`: one benchmark, or all of them, one after another."""

import runpy
import sys
from pathlib import Path

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))

ON_DEMAND = frozenset({"slo_billion"})
"""Those that take gigabytes of disk: run by name only."""


def main() -> int:
    """Run what was asked for; 2 for a name that there is not."""
    wanted = sys.argv[1:] or [name for name in NAMES if name not in ON_DEMAND]
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"{', '.join(unknown)}: must be one of {', '.join(NAMES)}", file=sys.stderr)
        return 2
    missed = 0
    for name in wanted:
        print(f"== {name}", flush=True)
        sys.argv = [name]
        try:
            runpy.run_module(f"benchmarks.{name}", run_name="__main__")
        except SystemExit as ended:
            missed += ended.code not in {0, None}
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
