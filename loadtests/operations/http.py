"""Any HTTP request, as written in a scenario: a foreign service needs no code."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ConfigDict

from loadtests.classification import Expectation
from loadtests.http_messages import HttpRequest
from loadtests.operations.operation import Attempt, RequestContext


@dataclass(frozen=True, slots=True)
class HttpOperation:
    """The same request every time."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: str
    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    expect: tuple[int, ...] = (200,)
    """Statuses of a good answer."""

    def attempt(self, context: RequestContext) -> Attempt:  # noqa: ARG002 -- the same for every arrival
        """The request as it is written."""
        request = HttpRequest(
            self.method.upper(), self.path, tuple(self.headers.items()), self.body.encode("utf-8")
        )
        return Attempt(request, Expectation(frozenset(self.expect), own_headers=False))
