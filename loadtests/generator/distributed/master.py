"""A Locust master: shares a load among its workers and keeps what they record."""

import logging
import uuid
from argparse import Namespace
from collections.abc import Mapping

import gevent
from locust.runners import MasterRunner

from evidence.clock import AnchoredClock
from evidence.run_folder import RunFolder
from loadtests.command import (
    EXIT_COMPLETED,
    EXIT_DEFECT,
    EXIT_WORKERS_CHANGED,
    EXIT_WRONG_INPUT,
)
from loadtests.generator.arguments import Options, read_options
from loadtests.generator.conductor import (
    WRONG_INPUT,
    is_ending,
    new_folder,
    remove_if_empty,
    require_arrivals,
    run_time_limit,
    tell_cut_before_it_began,
)
from loadtests.generator.distributed.enlistment import Enlistment, LoadRefused
from loadtests.generator.distributed.load_parcel import pack_load
from loadtests.generator.distributed.messenger import Messenger
from loadtests.generator.distributed.protocol import (
    PROTOCOL,
    Accepted,
    Aligned,
    Ask,
    Declined,
    Envelope,
    Hello,
    Message,
    Tell,
    Welcome,
)
from loadtests.generator.distributed.shared_load import SharedLoad, SharedTest
from loadtests.generator.live_view import LiveView, shows_view
from loadtests.generator.load import Load
from loadtests.generator.load_reading import read_load, tell_what_has_no_effect
from loadtests.generator.locust_end import end_test
from loadtests.generator.locustfiles.locust_side import LocustSide
from loadtests.generator.record_store import FolderStore
from loadtests.generator.recorder import warm_up

_logger = logging.getLogger(__name__)

_LAST_STRETCH_S = 30.0
"""How long a schedule that is near its end, with the last answers and records, may take."""


class MasterConductor:
    """One test after another; within one the membership is fixed."""

    def __init__(self, side: LocustSide, runner: MasterRunner, parsed: Namespace) -> None:
        self._side = side
        self._environment = side.environment
        self._runner = runner
        self._parsed = parsed
        self._messenger = Messenger(runner)
        self._clock = AnchoredClock.anchor()
        self._protocols: dict[str, int] = {}
        self._enlistment: Enlistment | None = None
        self._test: SharedTest | None = None
        self._view: LiveView | None = None
        self._is_stopping = False
        self.is_refused = False

    def open(self) -> None:
        """Listen to the workers."""
        self._messenger.listen(Hello, self._on_hello)
        self._messenger.listen(Ask, self._on_ask)
        self._messenger.listen(Aligned, self._on_answer)
        self._messenger.listen(Accepted, self._on_answer)
        self._messenger.listen(Declined, self._on_answer)
        self._messenger.listen(Envelope, self._on_envelope)

    def test_start(self) -> None:
        """Share the load; whatever stands in the way ends the test with its reason."""
        self._test = None
        self._limit = gevent.Greenlet()
        self._is_stopping = False
        self.is_refused = True
        self._environment.process_exit_code = None
        self._clock = AnchoredClock.anchor()
        try:
            self._options = read_options(self._parsed)
            self._load = read_load(self._side, self._options)
            tell_what_has_no_effect(self._parsed, self._load)
            self._begin(self._load, self._options)
            self.is_refused = False
        except (LoadRefused, *WRONG_INPUT) as error:
            _logger.error("The load cannot start: %s", error)  # noqa: TRY400 -- the reason, without a trace
            end_test(self._environment, EXIT_WRONG_INPUT)
        except Exception:
            _logger.exception("The load cannot start: a defect of the generator")
            end_test(self._environment, EXIT_DEFECT)
        except BaseException:
            tell_cut_before_it_began(self._environment)
            if self._enlistment is not None:
                self._enlistment.cancel()
            raise
        finally:
            self._enlistment = None

    def test_stopping(self) -> None:
        """Here, while workers can still be heard: when Locust quits they cannot."""
        self._is_stopping = True
        self._limit.kill(block=False)
        if self._test is None:
            return
        start_ns, now_ns = self._start_ns, self._clock.now_ns()
        if is_ending(self._load, start_ns, now_ns, run_time_s=self._options.run_time_s):
            self._test.wait(_LAST_STRETCH_S)
        self._test.stop()

    def test_stop(self) -> None:
        """All has been done when the test was about to stop."""

    def quitting(self) -> None:
        """A signal comes here first; every other end has been through the end of the test."""
        self._is_stopping = True
        if self._enlistment is not None:
            self._enlistment.cancel()
        if self._test is not None:
            self._test.stop(interrupted=True)
        elif self.is_refused:
            tell_cut_before_it_began(self._environment)

    @property
    def is_fixed(self) -> bool:
        """A test goes on, or starts, and who takes part in it is decided."""
        return bool(self._members)

    @property
    def _members(self) -> frozenset[str]:
        if self._enlistment is not None:
            return self._enlistment.chosen
        if self._test is not None and not self._test.is_done:
            return self._test.nodes
        return frozenset()

    def _begin(self, load: Load, options: Options) -> None:
        warm_up()
        enlistment = self._enlistment = Enlistment(uuid.uuid4().hex, self, self._clock.now_ns)
        roster = enlistment.choose(self._parsed.expect_workers)
        scheduled = load.scheduled(len(roster.members))
        require_arrivals(load, scheduled)
        if options.run_dir is not None:
            for member in roster.members.values():
                FolderStore(options.run_dir).require_unused(member.worker)
        start_ns = self._start_ns = enlistment.assign(roster, pack_load(load), at_once=not load.is_open)
        folder = RunFolder(options.run_dir) if options.run_dir else new_folder(load, self._clock.now_ns())
        test = SharedTest(
            SharedLoad(enlistment.test, load, roster, start_ns, folder),
            now_ns=self._clock.now_ns,
            send=self.send,
            node_states=lambda: {node: client.state for node, client in self._runner.clients.items()},
            on_done=self._done,
        )
        try:
            test.open(scheduled)
        except BaseException:
            enlistment.cancel()
            if options.run_dir is None:
                remove_if_empty(folder)
            raise
        self._test = test
        for node in enlistment.came_late:
            test.joined(node)
        if shows_view(self._parsed):
            self._view = LiveView(folder.path, load.duration_s)
            self._view.open()
        self._limit = run_time_limit(self._environment, load, options)
        _logger.info("%d workers share the load.", len(roster.members))

    def send(self, message: Message, node: str) -> None:
        """To one worker."""
        self._messenger.send(message, node)

    def ready_nodes(self) -> Mapping[str, int]:
        """Workers that wait for a test, each with its place in the order of connection."""
        clients, place = self._runner.clients, self._runner.get_worker_index
        return {one.id: place(one.id) for one in clients.ready}  # type: ignore[no-untyped-call]  # Locust's own

    def protocol_of(self, node: str) -> int | None:
        """What it said that it speaks."""
        return self._protocols.get(node)

    def _on_hello(self, hello: Hello, node: str) -> None:
        is_late = self.is_fixed and node not in self._members
        self._protocols[node] = hello.protocol
        self.send(Welcome(PROTOCOL, is_late), node)
        if is_late:
            self._note_late(node)

    def _note_late(self, node: str) -> None:
        if self._test is not None and not self._test.is_done:
            self._test.joined(node)
        elif self._enlistment is not None:
            self._enlistment.came_late.add(node)

    def _on_ask(self, ask: Ask, node: str) -> None:
        asked_ns = self._clock.now_ns()
        self.send(Tell(ask.number, asked_ns, self._clock.now_ns()), node)

    def _on_answer(self, answer: Aligned | Accepted | Declined, node: str) -> None:
        if self._enlistment is not None:
            self._enlistment.take(answer, node)

    def _on_envelope(self, envelope: Envelope, node: str) -> None:
        if self._test is not None:
            self._test.take(envelope, node)

    def _done(self, exit_code: int) -> None:
        if self._view is not None:
            self._view.close()
        if exit_code != EXIT_COMPLETED:
            self._environment.process_exit_code = exit_code
        # Locust stops a test whose last worker went missing, and then waits for ever.
        if not self._is_stopping or exit_code == EXIT_WORKERS_CHANGED:
            end_test(self._environment)
