"""Listens, and stops in good order."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
import ssl
from functools import partial

from aiohttp import web

from reference_service.http.listener_tls import listener_context, read_certificate
from reference_service.http.runner import make_runner
from reference_service.observability.tracing import begin_tracing
from reference_service.service import Service
from reference_service.settings import Settings
from reference_service.stopping import CUT, Stopping, end_after
from reference_service.workers.channel import Channel, Orders

log = logging.getLogger(__name__)
# Beyond what stopping may take by the settings.
LAST_S = 2.0


async def serve(settings: Settings, listener: socket.socket, channel: Channel | None = None) -> int:
    """Serves until it is asked to stop; the exit code: 0, or 1 when requests under way had to be cut.

    Not ready first, for `drain_s`, while requests are still answered, each as the last of its connection;
    then the port is closed, requests under way get `finish_s`, what runs beside requests gets `flush_s`.
    """
    stopping = Stopping()
    loop = asyncio.get_running_loop()
    stopping.heed_signals(loop)
    encryption = listener_context(settings)
    # Of several workers the supervisor replaces each; that their terminal has gone ends nobody.
    alone = partial(_renew_certificate, settings, encryption)
    loop.add_signal_handler(signal.SIGHUP, alone if channel is None else _do_nothing)
    end_tracing = begin_tracing(settings)
    service = Service(settings)
    if channel is not None:
        channel.listen(Orders(stopping.retire, service.health.know_crew), loop)
    runner = make_runner(service.application, settings.finish_s, settings.idle_connection_s)
    await runner.setup()
    await service.start()
    # aiohttp's own backlog of 128 turns a burst of connections into retries that look like 1 s latencies.
    site = web.SockSite(runner, listener, backlog=settings.backlog, ssl_context=encryption)
    await site.start()
    # What was made at start stays: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    log.info("listening on %s:%d, %d identities known", *listener.getsockname()[:2], service.identifier.known)
    if channel is not None:
        channel.say_ready()
    await stopping.begun.wait()

    log.info("retiring" if stopping.retiring else "stopping")
    end_after(settings.drain_s + 2 * settings.finish_s + settings.flush_s + LAST_S)
    if stopping.retiring:
        # The successor accepts already: whoever comes now is not to wait for this worker.
        await site.stop()
        service.health.retiring = True
    else:
        service.health.stopping = True
    await stopping.rest(settings.drain_s)
    await stopping.unless_forced(asyncio.create_task(runner.cleanup()))
    cut = service.envelope.under_way + service.envelope.cut
    if cut:
        log.warning("%d requests were cut", cut)
    await service.stop(LAST_S if stopping.forced.is_set() else settings.flush_s)
    if not stopping.forced.is_set():
        await asyncio.to_thread(end_tracing)
    log.info("stopped")
    return CUT if cut else 0


def _renew_certificate(settings: Settings, encryption: ssl.SSLContext | None) -> None:
    if encryption is None:
        log.info("SIGHUP: there is no certificate to read anew")
        return
    try:
        read_certificate(encryption, settings)
    except OSError as error:  # ssl.SSLError is one
        log.error("SIGHUP: the certificate stays as it was: %s", error)  # noqa: TRY400 - its text tells all
    else:
        log.info("SIGHUP: the certificate was read anew")


def _do_nothing() -> None:
    """SIGHUP is not for this process."""
