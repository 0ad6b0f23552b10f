"""What growth takes, by hand."""

from dataclasses import replace

import pytest

from stormproof.capacity.growth import ANALYSIS, STAGES, Stage, UnitFigures, growth_of

PROTOTYPE, TEN, HUNDRED = STAGES
MEASURED = UnitFigures("measured here", 400, 0.5, 500, 2.5, 70_000)


def test_the_stages_are_those_of_the_analysis() -> None:
    assert (HUNDRED.documents, HUNDRED.requests_per_s) == (1_000_000_000, 100_000)
    assert PROTOTYPE.documents == 1_000_000


def test_instances_are_used_to_the_share_that_the_autoscaler_aims_for() -> None:
    """5,000 / (500 * 0.7) = 14.3."""
    assert growth_of(TEN, ANALYSIS).instances == 15


def test_there_are_never_fewer_instances_than_the_autoscaler_keeps() -> None:
    assert growth_of(Stage("tiny", 10, 1), ANALYSIS).instances == 3


def test_more_than_the_autoscaler_allows_is_told() -> None:
    growth = growth_of(HUNDRED, ANALYSIS)
    assert growth.instances == 286
    assert "stops at 50" in growth.instances_because


def test_nodes_hold_the_documents_and_their_copies() -> None:
    assert growth_of(TEN, ANALYSIS).nodes == 20
    assert "searches a node are not named" in growth_of(TEN, ANALYSIS).nodes_because


def test_what_the_analysis_plans_itself_is_told_beside_what_its_figures_come_to() -> None:
    """1,000,000,000 documents and as many copies on 30 nodes are 66.7 million a node."""
    growth = growth_of(HUNDRED, ANALYSIS)
    assert growth.nodes == 2000
    assert "Section 1.1 plans 30: each would hold 66,666,667" in growth.nodes_because
    assert "3 masters and 3 replicas" in growth.redis_because
    assert "plans" not in growth_of(TEN, ANALYSIS).nodes_because


def test_nodes_follow_the_searches_where_those_need_more() -> None:
    """100,000 * 0.5 / (500 * 0.7) = 142.9, and one million documents need two."""
    growth = growth_of(replace(HUNDRED, documents=1_000_000), MEASURED)
    assert growth.nodes == 143
    assert "documents alone: 2" in growth.nodes_because


def test_redis_servers_follow_the_commands() -> None:
    growth = growth_of(HUNDRED, MEASURED)
    assert growth.redis_commands_per_s == pytest.approx(250_000)
    assert growth.redis_servers == 6
