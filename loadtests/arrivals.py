"""The schedule: one seeded stream of arrivals, a pure function of personas, duration and seed.

Each persona draws its instants from a bit generator of its own (PCG64, seeded by a SeedSequence whose spawn
key is the SHA-256 of the persona's name), so that changing or adding one persona leaves the others' instants
as they are. The streams are merged in time order and numbered; worker k of n sends the arrivals whose index
is k modulo n, so that any number of workers together sends the same.
"""

import hashlib
import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import count, islice, repeat

import numpy as np

_NS_PER_S = 1_000_000_000
_CHUNK = 1024
"""Gaps drawn at a time; the stream does not depend on it."""


class ArrivalProcess(StrEnum):
    """How the instants of a persona are spread."""

    CONSTANT = "constant"
    """Equal gaps."""
    POISSON = "poisson"
    """Exponential gaps: many independent clients."""


@dataclass(frozen=True, slots=True)
class ArrivalStream:
    """The arrivals of one persona: a process at a mean rate."""

    persona: str
    process: ArrivalProcess
    rate_per_s: float
    at_most: int | None = None
    """It ends after so many; None for the duration alone."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One intended request."""

    index: int
    """Position in the whole stream of all workers."""
    offset_ns: int
    """Intended instant, counted from the start of the load."""
    persona: str
    number: int = 0
    """Position among the arrivals of its persona."""


def arrivals(streams: Sequence[ArrivalStream], duration_s: float, seed: int) -> Iterator[Arrival]:
    """All arrivals with 0 <= offset < duration, in time order, drawn as they are asked for.

    At equal instants the order is that of `streams`.
    """
    merged = heapq.merge(
        *(
            zip(offsets_ns(stream, duration_s, seed), repeat(position), count())
            for position, stream in enumerate(streams)
        )
    )
    for index, (offset_ns, position, number) in enumerate(merged):
        yield Arrival(index, offset_ns, streams[position].persona, number)


def worker_share(stream: Iterator[Arrival], worker_index: int, worker_count: int) -> Iterator[Arrival]:
    """What worker `worker_index` of `worker_count` sends: the k-th, (k+n)-th, (k+2n)-th… arrival."""
    return islice(stream, worker_index, None, worker_count)


def share_sizes(total: int, worker_count: int) -> tuple[int, ...]:
    """How many of `total` arrivals each worker sends."""
    return tuple(len(range(worker_index, total, worker_count)) for worker_index in range(worker_count))


def count_arrivals(streams: Sequence[ArrivalStream], duration_s: float, seed: int) -> int:
    """How many arrivals the whole stream has."""
    return sum(
        len(chunk) for stream in streams for chunk in _offset_chunks(stream, _duration_ns(duration_s), seed)
    )


def offsets_ns(stream: ArrivalStream, duration_s: float, seed: int) -> Iterator[int]:
    """The intended instants of one persona, from the start of the load, in order."""
    for chunk in _offset_chunks(stream, _duration_ns(duration_s), seed):
        yield from chunk.tolist()


def _offset_chunks(
    stream: ArrivalStream, duration_ns: int, seed: int
) -> "Iterator[np.ndarray[tuple[int], np.dtype[np.int64]]]":
    chunks = (
        _constant_chunks(stream.rate_per_s)
        if stream.process is ArrivalProcess.CONSTANT
        else _poisson_chunks(stream.rate_per_s, _generator(stream.persona, seed))
    )
    left = stream.at_most
    for drawn in chunks:
        chunk = drawn[:left]
        if len(chunk) < len(drawn) or chunk[-1] >= duration_ns:
            yield chunk[: np.searchsorted(chunk, duration_ns)]
            return
        yield chunk
        left = None if left is None else left - len(chunk)


def _constant_chunks(rate_per_s: float) -> "Iterator[np.ndarray[tuple[int], np.dtype[np.int64]]]":
    # Exact: a float gap would drift by a request in a long run.
    gap_ns = _NS_PER_S / Fraction(str(rate_per_s))
    over, under = gap_ns.numerator, gap_ns.denominator
    start = 0
    while True:
        yield np.array([number * over // under for number in range(start, start + _CHUNK)], dtype=np.int64)
        start += _CHUNK


def _poisson_chunks(
    rate_per_s: float, generator: np.random.Generator
) -> "Iterator[np.ndarray[tuple[int], np.dtype[np.int64]]]":
    last_ns = 0
    mean_gap_ns = _NS_PER_S / rate_per_s
    while True:
        gaps_ns = np.rint(generator.standard_exponential(_CHUNK) * mean_gap_ns).astype(np.int64)
        chunk = np.cumsum(gaps_ns) + last_ns
        last_ns = int(chunk[-1])
        yield chunk


def _generator(persona: str, seed: int) -> np.random.Generator:
    digest = hashlib.sha256(persona.encode()).digest()
    spawn_key = tuple(int.from_bytes(digest[start : start + 4], "big") for start in range(0, 32, 4))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=spawn_key)))


def _duration_ns(duration_s: float) -> int:
    return int(Fraction(str(duration_s)) * _NS_PER_S)
