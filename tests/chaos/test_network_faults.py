"""Every fault of the network is felt on pooled and fresh connections, and is gone again, on any Toxiproxy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import JsonValue

from chaos.errors import InvalidArgumentError, NotAnsweringError
from chaos.faults import FAULTS, make_fault
from chaos.faults.fault import Mark
from chaos.faults.kind import FaultKind
from chaos.targets.proxy import PROXY
from chaos.targets.whereabouts import Whereabouts
from chaos.timing import Timing
from evidence.timeline import TimelineEventName, read_timeline
from tests.chaos.bench import JumpingClock
from tests.chaos.foreign_stack import foreign_stack
from tests.chaos.one_fault import live_through
from tests.chaos.samples import SAMPLES

CASES: list[tuple[str, dict[str, JsonValue]]] = [
    ("refused", {}),
    ("hung", {}),
    ("hung", {"direction": "upstream"}),
    ("hung", {"direction": "both", "close_after_ms": 500}),
    ("latency", {"latency_ms": 100, "jitter_ms": 20}),
    ("latency", {"latency_ms": 60, "direction": "both"}),
    ("latency", {"latency_ms": 900, "direction": "upstream"}),
    ("bandwidth", {"rate_kb_per_s": 60}),
    ("sliced", {"part_bytes": 100, "pause_ms": 2}),
    ("sliced", {"part_bytes": 1000, "pause_ms": 20}),
    ("truncated", {"after_bytes": 1}),
    ("truncated", {"after_bytes": 5000}),
    ("reset", {}),
    ("reset", {"direction": "upstream", "after_ms": 200}),
    ("slow-close", {"close_after_ms": 150}),
    ("slow-close", {"close_after_ms": 1000, "direction": "upstream"}),
    ("slow-close", {"close_after_ms": 150, "direction": "both"}),
]
"""With every dialect; what needs long questions is asked of Redis alone."""
LONG_QUESTIONS: list[tuple[str, dict[str, JsonValue]]] = [
    ("bandwidth", {"rate_kb_per_s": 1}),
    ("bandwidth", {"rate_kb_per_s": 3000, "direction": "upstream"}),
    ("bandwidth", {"rate_kb_per_s": 50, "direction": "both"}),
    ("sliced", {"part_bytes": 4096, "pause_ms": 1, "direction": "upstream"}),
    ("sliced", {"part_bytes": 4, "pause_ms": 100, "direction": "both"}),
    ("truncated", {"after_bytes": 500_000}),
]
DIALECTS = ("sessions", "shop", "stock")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whereabouts]:
    """Somebody else's stack."""
    with foreign_stack(tmp_path_factory.mktemp("foreign")) as whereabouts:
        yield whereabouts


def named(case: tuple[str, dict[str, JsonValue]]) -> str:
    return " ".join([case[0], *(f"{key}={value}" for key, value in case[1].items())])


def named_kind(kind: FaultKind) -> str:
    return kind.name


def assert_lived(
    folder: Path, foreign: Whereabouts, case: tuple[str, dict[str, JsonValue]], target: str
) -> None:
    (window,) = live_through(folder, foreign, make_fault(*case), [target])
    assert window.felt
    assert window.healed
    assert window.failures == ()
    seen = [
        one.detail["seen"]
        for one in read_timeline(folder / "timeline.jsonl")
        if one.event is TimelineEventName.VERIFIED
    ]
    assert [set(one) for one in seen if isinstance(one, dict)] == [{"fresh", "pooled"}]
    (proxy,) = [one for one in foreign.toxiproxy.proxies() if one.name == target]
    assert (proxy.enabled, proxy.toxics) == (True, ())


@pytest.mark.parametrize("target", DIALECTS)
@pytest.mark.parametrize("case", CASES, ids=named)
def test_it_is_felt_and_gone_again(
    foreign: Whereabouts, tmp_path: Path, case: tuple[str, dict[str, JsonValue]], target: str
) -> None:
    assert_lived(tmp_path, foreign, case, target)


@pytest.mark.parametrize("case", LONG_QUESTIONS, ids=named)
def test_it_is_felt_at_the_bounds_of_its_strength(
    foreign: Whereabouts, tmp_path: Path, case: tuple[str, dict[str, JsonValue]]
) -> None:
    assert_lived(tmp_path, foreign, case, "sessions")


@pytest.mark.parametrize(
    "kind", [kind for kind in FAULTS if kind.undo_kind == PROXY.undo_kind], ids=named_kind
)
def test_what_is_not_healed_is_not_called_so(foreign: Whereabouts, kind: FaultKind) -> None:
    bound = kind.make(SAMPLES[kind.name].parameters).on(foreign, "sessions")
    clock = JumpingClock()
    impatient = Timing(clock, lambda _: clock.sleep(60))
    bound.inject(Mark("test"))
    try:
        with pytest.raises(NotAnsweringError):
            bound.verify_healed(impatient)
    finally:
        bound.heal(Mark("test"))
    bound.verify_healed(Timing.real())


def test_a_partition_is_felt_everywhere_at_once(foreign: Whereabouts, tmp_path: Path) -> None:
    windows = live_through(tmp_path, foreign, make_fault("hung", {}), DIALECTS)
    assert {window.target for window in windows} == set(DIALECTS)
    begun = max(window.injected_ns or 0 for window in windows)
    for window in windows:
        assert window.failures == ()
        # Each alone takes half a second: one after another they would take three times as long.
        assert (window.verified_ns or 0) - begun < 1.2e9


@pytest.mark.parametrize(
    ("case", "strength"),
    [
        (("bandwidth", {"rate_kb_per_s": 3000}), "a bandwidth of 3000 KB/s"),
        (("sliced", {"part_bytes": 4000}), "parts of 4000 bytes with pauses of 1 ms"),
        (("truncated", {"after_bytes": 50_000}), "an end after 50000 bytes"),
    ],
)
def test_an_answer_too_short_to_feel_the_fault_is_told_before_anything_is_broken(
    foreign: Whereabouts, tmp_path: Path, case: tuple[str, dict[str, JsonValue]], strength: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=rf"too short to feel {strength}.*longer answer"):
        live_through(tmp_path, foreign, make_fault(*case), ["shop"])
    assert not (tmp_path / "undo.jsonl").exists()


def test_a_proxy_that_nobody_described_is_refused(foreign: Whereabouts, tmp_path: Path) -> None:
    nobody = Whereabouts(foreign.toxiproxy, foreign.stack_file)
    with pytest.raises(InvalidArgumentError, match="under `targets`"):
        live_through(tmp_path, nobody, make_fault("refused", {}), ["shop"])
