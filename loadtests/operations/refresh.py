"""Refresh: the next pair of tokens for the session's refresh token, which is good once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from loadtests.classification import Expectation
from loadtests.http_messages import HttpRequest
from loadtests.operations.operation import Attempt, RequestContext, SessionPart
from loadtests.operations.options import STRICT
from loadtests.operations.token_pair import fault_of_pair, fault_of_storage, learn_pair


@dataclass(frozen=True, slots=True)
class Refresh:
    """POST /tokens/refresh."""

    __pydantic_config__ = STRICT

    @property
    def name(self) -> str:
        """It has no limit of its own: addresses are counted, not tenants."""
        return "refresh"

    @property
    def session(self) -> SessionPart:
        """The tokens that it exchanges."""
        return SessionPart(frozenset({"token"}), frozenset({"token"}), alone=False)

    def attempt(self, context: RequestContext) -> Attempt:
        """Both tokens must be new ones. Raises ValueError without a session, which the checks forbid."""
        memory = context.memory
        if memory is None or memory.refresh_token is None:
            raise ValueError("a refresh needs a token of its session")
        earlier = (memory.access_token, memory.refresh_token)

        def fault_of_answer(body: object) -> str | None:
            if fault := fault_of_pair(body):
                return fault
            if isinstance(body, Mapping) and body["refresh_token"] == earlier[1]:
                return "the refresh token is the one that was exchanged"
            if isinstance(body, Mapping) and body["access_token"] == earlier[0]:
                return "the access token is the one that was there before"
            return None

        expectation = Expectation(frozenset({200}), check_body=fault_of_answer, check_answer=fault_of_storage)
        headers = (("Content-Type", "application/json"),)
        body = json.dumps({"refresh_token": memory.refresh_token}).encode()
        request = HttpRequest("POST", "/tokens/refresh", headers, body)
        return Attempt(request, expectation, learn=learn_pair(memory))
