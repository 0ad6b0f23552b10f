"""Typed messages over Locust's untyped ones."""

import logging
from collections.abc import Callable
from typing import Any

from locust.runners import MasterRunner, WorkerRunner

from loadtests.generator.distributed.protocol import Message, ProtocolError, decode, encode

_logger = logging.getLogger(__name__)


class Messenger:
    """Speaks for a master or a worker."""

    def __init__(self, runner: MasterRunner | WorkerRunner) -> None:
        self._runner = runner

    def send(self, message: Message, node: str | None = None) -> None:
        """To the master, or as a master to `node`."""
        self._runner.send_message(message.NAME, encode(message), node)

    def listen[T: Message](
        self, kind: type[T], listener: Callable[[T, str], None], *, in_turn: bool = True
    ) -> None:
        """Call `listener` with each message of `kind` and the node that sent it.

        `in_turn`: in the order of their coming, while nothing else is received: it must not wait. Otherwise
        each in a greenlet of its own.
        """

        def on_message(*, msg: Any, **_: object) -> None:
            try:
                message = decode(kind, msg.data)
            except ProtocolError as error:
                _logger.error("%s sent what this version does not understand: %s", msg.node_id, error)  # noqa: TRY400
                return
            listener(message, msg.node_id)

        self._runner.register_message(kind.NAME, on_message, concurrent=not in_turn)
