"""The beginning of a shared test: who takes part, by which clock, with which share."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import gevent

from evidence.run_record import ClockReading
from loadtests.generator.distributed.protocol import (
    PROTOCOL,
    Accepted,
    Align,
    Aligned,
    Assignment,
    Declined,
    Message,
    Stop,
)
from loadtests.generator.distributed.roster import Roster, enlist

_READY_WITHIN_S = 10.0
_ALIGNED_WITHIN_S = 20.0
"""A worker loads what it records with first, on a busy machine with many others."""
_LEAD_S = 2.0
"""From the assignments to the start instant: everybody has prepared by then."""
_ACCEPTED_WITHIN_S = 1.8
_POLL_S = 0.02


class LoadRefused(RuntimeError):  # noqa: N818 -- what happened, in the words of the message
    """The load cannot start; nothing was sent. Says who stands in the way, and what to do."""


class Correspondence(Protocol):
    """What the master knows of its workers, and how it speaks to them."""

    def send(self, message: Message, node: str) -> None:
        """To one worker."""
        ...

    def ready_nodes(self) -> Mapping[str, int]:
        """Workers that wait for a test, each with its place in the order of connection."""
        ...

    def protocol_of(self, node: str) -> int | None:
        """What it said that it speaks; None before it said anything."""
        ...


class Enlistment:
    """One attempt at a start. `take` is to be given what workers answer meanwhile."""

    def __init__(self, test: str, workers: Correspondence, now_ns: Callable[[], int]) -> None:
        self.test = test
        self._workers = workers
        self._now_ns = now_ns
        self._aligned: dict[str, Aligned] = {}
        self._accepted: set[str] = set()
        self._declined: dict[str, str] = {}
        self._assigned: tuple[str, ...] = ()
        self.chosen: frozenset[str] = frozenset()
        """Who takes part; nobody does before the choice."""
        self.came_late: set[str] = set()
        """Who came between the choice and the start."""

    def take(self, message: Aligned | Accepted | Declined, node: str) -> None:
        """An answer of a worker."""
        if message.test != self.test:
            return
        if isinstance(message, Aligned):
            self._aligned[node] = message
        elif isinstance(message, Accepted):
            self._accepted.add(node)
        else:
            self._declined[node] = message.reason

    def choose(self, at_least: int) -> Roster:
        """Everybody who is ready, each with a share and a measured clock; who comes while clocks are measured
        still takes part. Raises LoadRefused.
        """
        order: Mapping[str, int] = {}
        while not order or not self._ready(at_least).keys() <= order.keys():
            known, order = order.keys(), self._ready(at_least)
            for node in order.keys() - known:
                self._workers.send(Align(self.test), node)
            self._wait_for(self._aligned, order, _ALIGNED_WITHIN_S, "was not ready")
        self.chosen = frozenset(order)
        return enlist({node: (*self._told(node), place) for node, place in order.items()})

    def assign(self, roster: Roster, load: Mapping[str, object], *, at_once: bool) -> int:
        """Give each its share; the start instant, which is now or in a moment that lets all prepare.

        Raises LoadRefused: then nobody has one.
        """
        start_ns = self._now_ns() + (0 if at_once else int(_LEAD_S * 1e9))
        self._assigned = tuple(roster.members)
        for node, member in roster.members.items():
            share = Assignment(self.test, member.index, len(roster.members), start_ns, load)
            self._workers.send(share, node)
        try:
            self._wait_for(self._accepted, roster.members, _ACCEPTED_WITHIN_S, "did not take its share")
        except BaseException:
            self.cancel()
            raise
        return start_ns

    def cancel(self) -> None:
        """Take back the shares that were given."""
        for node in self._assigned:
            self._workers.send(Stop(self.test, interrupted=False, is_cancelled=True), node)

    def _told(self, node: str) -> tuple[ClockReading, int]:
        answer = self._aligned[node]
        return ClockReading(answer.at_ns, answer.offset_ns, answer.residual_ns), answer.wanted_index

    def _ready(self, at_least: int) -> Mapping[str, int]:
        deadline_s = time.monotonic() + _READY_WITHIN_S
        while True:
            order = self._workers.ready_nodes()
            silent = [node for node in order if self._workers.protocol_of(node) is None]
            if order and len(order) >= at_least and not silent:
                break
            if time.monotonic() > deadline_s:
                raise LoadRefused(_why_not_ready(len(order), at_least, silent))
            gevent.sleep(_POLL_S)
        strangers = [node for node in order if self._workers.protocol_of(node) != PROTOCOL]
        if strangers:
            raise LoadRefused(
                f"{', '.join(strangers)} runs another version of stormproof: install the same everywhere."
            )
        return order

    def _wait_for(self, answers: Iterable[str], nodes: Iterable[str], within_s: float, missed: str) -> None:
        deadline_s = time.monotonic() + within_s
        expected = set(nodes)
        while not expected <= set(answers):
            for node in expected & set(self._declined):
                raise LoadRefused(f"Worker {node} declined: {self._declined[node]}")
            if time.monotonic() > deadline_s:
                late = ", ".join(sorted(expected - set(answers)))
                raise LoadRefused(
                    f"Worker {late} {missed} within {within_s:g} s: see its log; is its machine busy?"
                )
            gevent.sleep(_POLL_S)


def _why_not_ready(ready: int, at_least: int, silent: list[str]) -> str:
    if ready < at_least:
        return (
            f"{ready} of {at_least} expected workers are ready: start the others, or say how many there are "
            "with --expect-workers."
        )
    if not ready:
        return "No worker is ready: start one with --worker."
    return (
        f"Worker {', '.join(silent)} does not answer: does its locustfile load stormproof, as this one does?"
    )
