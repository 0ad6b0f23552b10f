"""Token: an access token for the tenant's API key; the steps that follow in its session ask with it."""

from dataclasses import dataclass

from loadtests.classification import Expectation
from loadtests.http_messages import HttpRequest
from loadtests.operations.operation import Attempt, RequestContext, SessionPart, key_authorization
from loadtests.operations.options import STRICT
from loadtests.operations.token_pair import fault_of_pair, fault_of_storage, learn_pair


@dataclass(frozen=True, slots=True)
class Token:
    """POST /tokens."""

    __pydantic_config__ = STRICT

    @property
    def name(self) -> str:
        """As in limits."""
        return "token"

    @property
    def session(self) -> SessionPart:
        """Tokens for the steps that follow."""
        return SessionPart(gives=frozenset({"token"}))

    def attempt(self, context: RequestContext) -> Attempt:
        """With the key: a token gives no tokens."""
        expectation = Expectation(frozenset({200}), check_body=fault_of_pair, check_answer=fault_of_storage)
        request = HttpRequest("POST", "/tokens", (key_authorization(context.owner()),))
        return Attempt(request, expectation, learn=learn_pair(context.memory))
