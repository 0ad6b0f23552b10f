"""The service's own operations by name."""

from collections.abc import Mapping

from evidence.documents import as_kind
from loadtests.operations.bulk import Bulk
from loadtests.operations.delete import Delete
from loadtests.operations.get import Get
from loadtests.operations.index import Index
from loadtests.operations.job import Job
from loadtests.operations.operation import Operation
from loadtests.operations.refresh import Refresh
from loadtests.operations.search import Search
from loadtests.operations.token import Token

type OwnOperation = Search | Get | Index | Bulk | Delete | Job | Token | Refresh

OWN_OPERATIONS: Mapping[str, type[OwnOperation]] = {
    "search": Search,
    "get": Get,
    "index": Index,
    "bulk": Bulk,
    "delete": Delete,
    "job": Job,
    "token": Token,
    "refresh": Refresh,
}


def own_operation(name: str, options: Mapping[str, object], where: str) -> Operation:
    """The operation as the options want it. Raises InvalidContent, which names places from `where` on."""
    return as_kind(dict(options), OWN_OPERATIONS[name], where)
