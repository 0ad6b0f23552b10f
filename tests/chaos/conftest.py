"""What tests of faults inside dependencies are tried on."""

import http.client

import pytest

from chaos.address import Address
from chaos.admin.postgres_admin import administer
from evidence.ports import HOST, StackPorts
from tests.conftest import RealStack

INDEX, TABLE = "probed-1", "probed"


@pytest.fixture(scope="session")
def probed(real_stack: RealStack) -> RealStack:
    """The stack, with an index and a table of the tests' own."""
    ports = StackPorts(real_stack.port_base)
    elasticsearch = http.client.HTTPConnection(HOST, ports.direct("elasticsearch"), timeout=20)
    body = '{"settings": {"number_of_replicas": 0}}'
    elasticsearch.request("PUT", f"/{INDEX}", body, {"content-type": "application/json"})
    assert elasticsearch.getresponse().status in {200, 400}  # 400: it is there from before
    elasticsearch.close()
    address = Address(HOST, ports.direct("postgres"))
    administer(address, "postgres", f"CREATE TABLE IF NOT EXISTS {TABLE} (number int)")
    return real_stack
