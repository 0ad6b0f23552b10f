"""The service's own operations by name."""

from collections.abc import Mapping

from loadtests.operations.bulk import Bulk
from loadtests.operations.delete import Delete
from loadtests.operations.get import Get
from loadtests.operations.index import Index
from loadtests.operations.job import Job
from loadtests.operations.operation import Operation
from loadtests.operations.search import Search

OWN_OPERATIONS: Mapping[str, Operation] = {
    operation.name: operation for operation in (Search(), Get(), Index(), Bulk(), Delete(), Job())
}
