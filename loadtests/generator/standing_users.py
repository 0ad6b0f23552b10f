"""How many of Locust's users there are: one a process in an open load, none where it could not start."""

import logging
from collections.abc import Callable

from locust import User
from locust.dispatch import UsersDispatcher
from locust.runners import LocalRunner, MasterRunner, WorkerNode

_logger = logging.getLogger(__name__)


def fixed_dispatcher(
    runner: LocalRunner | MasterRunner,
    *,
    is_open: Callable[[], bool],
    is_fixed: Callable[[], bool],
    is_refused: Callable[[], bool],
) -> type[UsersDispatcher]:
    """Locust's own, but for three things.

    Where the load is open, `-u` asks for no more users than there are processes: thousands that stand by
    would cost the time of those that send. While `is_fixed`, a worker that joins gets no users. A load that
    `is_refused` gets none at all: Locust goes on to start users after a listener has ended the test.
    """

    class FixedDispatcher(UsersDispatcher):
        """One for each test."""

        asked_at_start: int | None = None

        def new_dispatch(
            self,
            target_user_count: int,
            spawn_rate: float,
            user_classes: list[type[User]] | None = None,
        ) -> None:
            if is_open():
                if self.asked_at_start is None:
                    self.asked_at_start = target_user_count
                elif self.asked_at_start != target_user_count:
                    _logger.warning(
                        "The load that goes on keeps its schedule: stop it and start another for %d users.",
                        target_user_count,
                    )
                target_user_count = min(target_user_count, runner.worker_count)
                # What Locust waits for before it says that all users are spawned.
                runner.target_user_count = target_user_count
                spawn_rate = max(1.0, float(target_user_count))
            if is_refused():
                target_user_count = runner.target_user_count = 0
            super().new_dispatch(target_user_count, spawn_rate, user_classes)

        def add_worker(self, worker_node: WorkerNode) -> None:
            if not is_fixed():
                super().add_worker(worker_node)

    return FixedDispatcher
