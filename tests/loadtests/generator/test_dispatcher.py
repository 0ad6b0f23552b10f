"""What the schedule calls for is told by the schedule, not by what was dispatched."""

from loadtests.arrivals import Arrival
from loadtests.generator.dispatcher import Dispatcher

EVERY_NS = 1_000_000


class Load:
    """A clock that stands where it is set, and what was launched."""

    def __init__(self, count: int) -> None:
        self.now_ns = 0
        self.launched: list[int] = []
        share = iter([Arrival(index, index * EVERY_NS, "p") for index in range(count)])
        self.dispatcher = Dispatcher(share, 0, lambda: self.now_ns, self.launch)

    def launch(self, sequence: int, _: Arrival) -> None:
        self.launched.append(sequence)


def test_what_is_due_is_counted_though_nothing_was_dispatched() -> None:
    load = Load(100)
    assert [load.dispatcher.due_by(EVERY_NS * at) for at in (0, 10, 10, 11)] == [1, 11, 11, 12]
    assert load.dispatcher.due_by(10**12) == 100
    assert load.dispatcher.handed_out == 0


def test_counting_takes_nothing_from_dispatch() -> None:
    load = Load(50)
    load.dispatcher.due_by(EVERY_NS * 20)
    load.now_ns = EVERY_NS * 100
    load.dispatcher.run()
    assert load.launched == list(range(50))
    assert load.dispatcher.completed
    assert load.dispatcher.due_by(load.now_ns) == load.dispatcher.handed_out == 50


def test_after_a_stop_what_was_due_is_handed_out_once() -> None:
    load = Load(50)
    load.dispatcher.due_by(EVERY_NS * 30)
    load.dispatcher.stop()
    load.dispatcher.run()
    assert [sequence for sequence, _ in load.dispatcher.left_until(EVERY_NS * 9)] == list(range(10))
    assert load.launched == []
    assert (load.dispatcher.handed_out, load.dispatcher.due_by(EVERY_NS * 9)) == (10, 10)
