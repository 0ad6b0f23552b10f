"""One task of a user, from its choice to its end."""

import logging
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import gevent
from locust import SequentialTaskSet, TaskSet, User
from locust.exception import InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately
from locust.user.task import LOCUST_STATE_RUNNING, DefaultTaskSet

_logger = logging.getLogger(__name__)

type Task = TaskSet | Callable[..., Any]
"""As Locust types it, which means the class of a task set."""


def prepare_user(user: User) -> None:
    """What Locust does before the first task. Raises what on_start raises."""
    user._state = LOCUST_STATE_RUNNING
    user._taskset_instance = DefaultTaskSet(user)
    user.on_start()


def run_one_task(user: User, draw: random.Random) -> None:
    """One of its tasks, chosen by their weights; raises what it raises.

    Of a task set one task too; of a sequential one, all of them once, with its wait_time between them.
    """
    with suppress(InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately):
        _run(draw.choice(user.tasks), user, draw)


def _run(task: Task, parent: User | TaskSet, draw: random.Random) -> None:
    made: Any = task
    if not (isinstance(made, type) and issubclass(made, TaskSet)):
        made(parent)
        return
    group: Any = made(parent)  # type: ignore[arg-type]  # a task set may be the parent too, as Locust does it
    try:
        group.on_start()
        for number in range(len(group.tasks) if isinstance(group, SequentialTaskSet) else 1):
            if number:
                gevent.sleep(group.wait_time())
            _run(_next_task(group, draw), group, draw)
    except (InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately):
        pass  # it is over sooner
    finally:
        group.on_stop()


def _next_task(group: Any, draw: random.Random) -> Task:
    has_own_order = type(group).get_next_task is not TaskSet.get_next_task
    following: Task = group.get_next_task() if has_own_order else draw.choice(group.tasks)
    return following
