"""Who takes part in a shared load, and who came too late for it."""

from collections.abc import Mapping

from loadtests.generator.distributed.enlistment import Enlistment
from loadtests.generator.distributed.protocol import PROTOCOL, Align, Aligned, Message


class Workers:
    """Answer at once; one more is there after so many have been asked for their clocks."""

    def __init__(self, *present: str, joins: str) -> None:
        self._present = list(present)
        self._joins = joins
        self.enlistment = Enlistment("test", self, lambda: 0)
        self.asked: list[str] = []

    def send(self, message: Message, node: str) -> None:
        assert isinstance(message, Align)
        self.asked.append(node)
        self.enlistment.take(Aligned("test", 0, 0, 0, -1), node)
        if self._joins not in self._present:
            self._present.append(self._joins)

    def ready_nodes(self) -> Mapping[str, int]:
        return {node: place for place, node in enumerate(self._present)}

    def protocol_of(self, node: str) -> int | None:
        return PROTOCOL if node in self._present else None


def test_who_comes_while_clocks_are_measured_still_takes_part() -> None:
    workers = Workers("first", "second", joins="third")
    roster = workers.enlistment.choose(at_least=2)
    assert {node: member.index for node, member in roster.members.items()} == {
        "first": 0,
        "second": 1,
        "third": 2,
    }
    assert workers.enlistment.chosen == set(roster.members)
    assert sorted(workers.asked) == ["first", "second", "third"], "each once"
