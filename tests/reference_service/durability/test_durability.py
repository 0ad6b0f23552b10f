"""Seeded random trials on the real stack; 1,000 of them are `make proof`."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.reference_service.durability.oracle import Acknowledged, Aftermath, Found, Sent, contradictions
from tests.reference_service.durability.schedule import DURATION_S, make_schedule
from tests.reference_service.durability.sightings import MaybeDeleted, Sighting, denials
from tests.reference_service.durability.trial import Laboratory
from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import TestBed

SEEDS = range(20)


@pytest_asyncio.fixture(scope="session")
async def laboratory(bed: TestBed, all_proxies: Proxies) -> AsyncIterator[Laboratory]:
    await all_proxies.heal_all()
    made = Laboratory(bed, all_proxies, bed.tenants()["enterprise-03"])
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


@pytest.mark.stack
@pytest.mark.parametrize("seed", SEEDS)
async def test_every_acknowledged_write_is_found_after_deaths_and_outages(
    laboratory: Laboratory, seed: int
) -> None:
    outcome = await laboratory.run(seed)
    assert not outcome.broken, f"seed {seed}: {outcome}"
    assert outcome.acknowledged > 0


def test_a_schedule_is_its_seed_s_and_stays_within_its_time() -> None:
    assert make_schedule(7) == make_schedule(7) != make_schedule(8)
    for seed in range(50):
        schedule = make_schedule(seed)
        assert all(0 <= write.at_s <= DURATION_S for write in schedule.writes)
        assert schedule.outages


ALL_WELL = Aftermath({"d": Found(3, "m3")}, {("d", 1), ("d", 3)}, {"d": 3}, ())
ACKNOWLEDGED = [Acknowledged("d", 1, "m1"), Acknowledged("d", 3, "m3")]


def test_the_oracle_is_content_when_all_is_well() -> None:
    assert not list(contradictions(ACKNOWLEDGED, set(), ALL_WELL))
    # An unanswered request may have come after all of them, or have left nothing.
    later = Aftermath({"d": Found(4, "m4")}, {("d", 1), ("d", 3), ("d", 4)}, {"d": 4}, ())
    assert not list(contradictions(ACKNOWLEDGED, {Sent("d", "m4")}, later))
    assert not list(contradictions(ACKNOWLEDGED, {Sent("d", "m4"), Sent("e", "m5")}, ALL_WELL))
    gone = Aftermath({}, {("d", 1), ("d", 3)}, {"d": 3}, ())
    assert not list(contradictions([ACKNOWLEDGED[0], Acknowledged("d", 3, None)], set(), gone))


@pytest.mark.parametrize(
    ("aftermath", "told"),
    [
        (Aftermath({}, ALL_WELL.audited, {"d": 3}, ()), "None is there"),
        (Aftermath({"d": Found(3, "m1")}, ALL_WELL.audited, {"d": 3}, ()), "m1 is there"),
        (Aftermath({"d": Found(1, "m1")}, ALL_WELL.audited, {"d": 3}, ()), "Elasticsearch has version 1"),
        (Aftermath({"d": Found(1, "m1")}, ALL_WELL.audited, {"d": 1}, ()), "PostgreSQL holds version 1"),
        (Aftermath(ALL_WELL.indexed, {("d", 3)}, {"d": 3}, ()), "not in the audit log"),
        (Aftermath(ALL_WELL.indexed, ALL_WELL.audited, {"d": 3}, [("d", 3)]), "twice"),
        (Aftermath({"d": Found(9, "m9")}, ALL_WELL.audited, {"d": 9}, ()), "nobody sent"),
        (
            Aftermath({**ALL_WELL.indexed, "x": Found(2, "m")}, ALL_WELL.audited, {"d": 3}, ()),
            "knows nothing",
        ),
    ],
)
def test_the_oracle_sees_what_was_lost_undone_or_made_up(aftermath: Aftermath, told: str) -> None:
    assert any(told in line for line in contradictions(ACKNOWLEDGED, set(), aftermath))


TIMED = [
    Acknowledged("d", 1, "m1", 0, 1),
    Acknowledged("d", 3, "m3", 1, 2),
    Acknowledged("gone", 4, "m4", 0, 1),
    Acknowledged("gone", 5, None, 1, 2),
    Acknowledged("later", 6, "m6", 0, 1),
    Acknowledged("later", 7, None, 4, 5),
    Acknowledged("again", 8, None, 0, 1),
    Acknowledged("again", 9, "m9", 1, 2),
]


@pytest.mark.parametrize(
    "seen",
    [
        Sighting("d", 2.5, 3, 3),
        Sighting("d", 2.5, 3, 9),  # somebody's, who was not answered yet
        Sighting("d", 1.5, 3, 1),  # asked before the newer one was acknowledged
        Sighting("d", 2.5, 3, 1, admits=True),
        Sighting("gone", 2.5, 3, None),
        Sighting("gone", 1.5, 3, None),  # the deletion was under way
        Sighting("unheard of", 2.5, 3, None),
        Sighting("vague", 2.5, 3, None),
        Sighting("again", 2.5, 3, None, admits=True),
    ],
)
def test_what_may_be_told_is_no_denial(seen: Sighting) -> None:
    acknowledged = [*TIMED, Acknowledged("vague", 1, "m1", 0, 1)]
    assert not list(denials(acknowledged, [MaybeDeleted("vague", 2)], [seen]))


@pytest.mark.parametrize(
    "seen",
    [
        Sighting("d", 2.5, 3, 1),
        Sighting("d", 2.5, 3, None),
        Sighting("d", 2.5, 3, None, admits=True),  # nobody says "there is none" on a guess
        Sighting("gone", 2.5, 3, 4),
        Sighting("later", 2.5, 3, None),
        Sighting("again", 2.5, 3, None),
    ],
)
def test_what_was_acknowledged_before_must_not_be_denied(seen: Sighting) -> None:
    assert len(list(denials(TIMED, [MaybeDeleted("d", 9)], [seen]))) == 1
