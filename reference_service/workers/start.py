"""How a supervisor, and a worker, begin."""

from __future__ import annotations

import os
import socket
import time

from reference_service.observability.shared_metrics import (
    forget_worker,
    join_shared,
    make_empty,
    metrics_folder,
    share_metrics,
)
from reference_service.serve import LAST_S, serve
from reference_service.settings import Settings
from reference_service.workers.channel import Channel
from reference_service.workers.listener import bind_listener
from reference_service.workers.restart_policy import RestartPolicy
from reference_service.workers.share import share_of
from reference_service.workers.supervisor import CrewPlan, Supervisor

# Workers whose supervisor was killed end within milliseconds.
PORT_PATIENCE_S = 2.0


async def supervise(settings: Settings) -> int:
    """Runs `settings.workers` workers until told to stop; the exit code. Raises CannotStartError."""
    listener = bind_listener(settings.host, settings.port, PORT_PATIENCE_S)
    metrics = metrics_folder(settings)
    if metrics is None:
        raise ValueError("one worker needs no supervisor")
    # Whoever has the port has the folder.
    make_empty(metrics)
    stop_s = settings.drain_s + settings.finish_s + settings.flush_s + LAST_S
    plan = CrewPlan(settings.workers, settings.worker, settings.start_s, stop_s)
    environment = {**os.environ, **share_metrics(metrics)}
    supervisor = Supervisor(
        plan, RestartPolicy(), environment, lambda number: forget_worker(metrics, number), time.monotonic
    )
    with listener:
        return await supervisor.run(listener)


async def serve_as_worker(settings: Settings, number: int, listener: int, channel: int) -> int:
    """Serves as worker `number` of a supervisor, with the descriptors that it passed on; the exit code."""
    join_shared(number)
    line = Channel(socket.socket(fileno=channel))
    return await serve(share_of(settings, number), socket.socket(fileno=listener), line)
