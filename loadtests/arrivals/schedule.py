"""The schedule: one seeded stream of arrivals, a pure function of personas, duration and seed.

The streams of the personas are merged in time order and numbered; worker k of n sends the arrivals whose
index is k modulo n, so that any number of workers together sends the same.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from loadtests.arrivals.arrival import Arrival
from loadtests.arrivals.curve import Instants
from loadtests.arrivals.stream import ArrivalStream, offset_chunks

type Positions = np.ndarray[tuple[int], np.dtype[np.int64]]


def arrivals(streams: Sequence[ArrivalStream], duration_s: float, seed: int) -> Iterator[Arrival]:
    """All arrivals with 0 <= offset < duration, in time order, drawn as they are asked for.

    At equal instants the order is that of `streams`.
    """
    return worker_share(streams, duration_s, seed, 0, 1)


def worker_share(
    streams: Sequence[ArrivalStream], duration_s: float, seed: int, worker_index: int, worker_count: int
) -> Iterator[Arrival]:
    """What worker `worker_index` of `worker_count` sends: the k-th, (k+n)-th, (k+2n)-th… arrival."""
    personas = [stream.persona for stream in streams]
    counts = np.zeros(len(streams), dtype=np.int64)
    first = 0
    for offsets, positions in _merged([offset_chunks(stream, duration_s, seed) for stream in streams]):
        skipped = (worker_index - first) % worker_count
        mine = slice(skipped, None, worker_count)
        indices = range(first, first + len(offsets))[mine]
        numbers = _numbered(positions, counts)
        for index, offset_ns, position, number in zip(
            indices, offsets[mine].tolist(), positions[mine].tolist(), numbers[mine].tolist(), strict=True
        ):
            yield Arrival(index, offset_ns, personas[position], number)
        first += len(offsets)


def _numbered(positions: "Positions", counts: "Positions") -> "Positions":
    """Each arrival's number among those of its own stream, of which `counts` have come; counts these."""
    numbers = np.empty(len(positions), dtype=np.int64)
    for position in range(len(counts)):
        own = np.flatnonzero(positions == position)
        numbers[own] = np.arange(counts[position], counts[position] + len(own))
        counts[position] += len(own)
    return numbers


def share_sizes(total: int, worker_count: int) -> tuple[int, ...]:
    """How many of `total` arrivals each worker sends."""
    return tuple(len(range(worker_index, total, worker_count)) for worker_index in range(worker_count))


def count_arrivals(streams: Sequence[ArrivalStream], duration_s: float, seed: int) -> int:
    """How many arrivals the whole stream has."""
    return sum(len(chunk) for stream in streams for chunk in offset_chunks(stream, duration_s, seed))


def _merged(
    streams: Sequence[Iterator[Instants]],
) -> Iterator[tuple[Instants, "np.ndarray[tuple[int], np.dtype[np.intp]]"]]:
    """Chunks of all streams in time order, each instant with the position of its stream.

    What lies before the end of every stream's drawn part is settled; instants at that very end wait, since
    more of the same may follow.
    """
    drawn = [_next_chunk(stream) for stream in streams]
    is_over = [len(chunk) == 0 for chunk in drawn]
    while True:
        ends = [int(chunk[-1]) for chunk, over in zip(drawn, is_over, strict=True) if not over]
        if ends:
            end_ns = min(ends)
            settled = [int(np.searchsorted(chunk, end_ns)) for chunk in drawn]
        else:
            settled = [len(chunk) for chunk in drawn]
        if any(settled):
            offsets = np.concatenate([chunk[:size] for chunk, size in zip(drawn, settled, strict=True)])
            order = np.argsort(offsets, kind="stable")
            yield offsets[order], np.repeat(np.arange(len(streams)), settled)[order]
        if not ends:
            return
        drawn = [chunk[size:] for chunk, size in zip(drawn, settled, strict=True)]
        for position, chunk in enumerate(drawn):
            if not is_over[position] and chunk[-1] == end_ns:
                more = _next_chunk(streams[position])
                is_over[position] = len(more) == 0
                drawn[position] = np.concatenate([chunk, more])


def _next_chunk(stream: Iterator[Instants]) -> Instants:
    """Empty at its end."""
    return next(stream, np.empty(0, dtype=np.int64))
