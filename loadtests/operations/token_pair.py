"""An access token and its refresh token, as the service gives them."""

from collections.abc import Callable, Mapping

import orjson

from loadtests.http_messages import HttpAnswer
from loadtests.operations.memory import SessionMemory
from loadtests.operations.operation import is_text, is_whole_number


def fault_of_pair(body: object) -> str | None:
    """What is wrong with a pair of tokens."""
    if not isinstance(body, Mapping) or not is_text(body, "access_token", "refresh_token"):
        return "an answer with tokens must have access_token and refresh_token as text"
    if body.get("token_type") != "Bearer":
        return f"token_type {body.get('token_type')!r}: must be 'Bearer'"
    life_s = body.get("expires_in")
    if not is_whole_number(life_s) or not isinstance(life_s, int) or life_s <= 0:
        return f"expires_in {life_s!r}: must be seconds, above 0"
    return None


def fault_of_storage(answer: HttpAnswer, body: object) -> str | None:  # noqa: ARG001 -- as all checks
    """Nobody on the way may keep tokens (RFC 6749, section 5.1)."""
    kept = answer.headers.get("cache-control", "")
    return None if "no-store" in kept else f"Cache-Control: {kept!r}: must be no-store"


def learn_pair(memory: SessionMemory | None) -> Callable[[HttpAnswer], None] | None:
    """Takes a pair from an answer without fault."""
    if memory is None:
        return None

    def learn(answer: HttpAnswer) -> None:
        body = orjson.loads(answer.body)
        memory.access_token, memory.refresh_token = body["access_token"], body["refresh_token"]

    return learn
