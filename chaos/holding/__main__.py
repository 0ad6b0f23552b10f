"""`python -m chaos.holding WORK OCCURRENCE PARAMETERS`: holds one fault until it is ended."""

import json
import sys
from collections.abc import Callable, Mapping

from chaos.errors import ChaosError
from chaos.holding.holder import READY
from chaos.holding.postgres_connections import hold_connections
from chaos.holding.postgres_locks import hold_locks
from chaos.holding.postgres_terminations import terminate_backends
from chaos.holding.process_turns import take_turns
from chaos.holding.redis_kills import kill_clients
from chaos.holding.work import Hold, read_hold

_WORKS: Mapping[str, Callable[[Hold], None]] = {
    "postgres-connections": hold_connections,
    "postgres-locks": hold_locks,
    "postgres-terminations": terminate_backends,
    "redis-kills": kill_clients,
    "process-turns": take_turns,
}


def _tell_ready() -> None:
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Holds; 1 and the reason when it cannot."""
    work, _, parameters = arguments
    try:
        _WORKS[work](read_hold(json.loads(parameters), _tell_ready))
    except (ChaosError, OSError) as error:
        sys.stdout.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
