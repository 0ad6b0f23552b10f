"""Looking for the acknowledged writes of a run, and recording with them what was found."""

from collections.abc import Iterable, Mapping

import stack
from evidence.drill_record import LostWrite
from evidence.ports import HOST, StackPorts
from evidence.run_folder import RunFolder
from evidence.write_check import Document, record_check
from stormproof.drills.oracle import postgres_dsn
from stormproof.drills.postgres_servers import primary_port

_NODES = ("elasticsearch", "elasticsearch-2", "elasticsearch-3")


def stores_of(settings: stack.StackSettings, service: str) -> dict[str, str]:
    """Where each store of a stack that is up can be asked. Raises NotRecovered where no PostgreSQL takes
    writes."""
    known = {process.name for process in stack.registry(settings).processes if stack.is_running(process)}
    node = next((name for name in _NODES if name in known), _NODES[0])
    return {
        "service": service,
        "elasticsearch": f"http://{HOST}:{StackPorts(settings.port_base).direct(node)}",
        "postgres": postgres_dsn(primary_port(settings)),
    }


def record_found(folder: RunFolder, checked_ns: int, lost: Iterable[LostWrite]) -> int:
    """Record a check of all acknowledged writes of `folder`; one that a store lacks is lost. Returns how
    many documents were looked for. Raises InvalidFile.
    """
    return record_check(folder.path, checked_ns, _least(lost))


def _least(lost: Iterable[LostWrite]) -> Mapping[Document, int | None]:
    """Of a document that several stores lack, the least that one has."""
    found: dict[Document, int | None] = {}
    for one in lost:
        name = (one.tenant, one.document_id)
        known = found.get(name, one.found_version)
        found[name] = None if known is None or one.found_version is None else min(known, one.found_version)
    return found
