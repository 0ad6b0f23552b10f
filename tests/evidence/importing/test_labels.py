"""What names an operation, a tier and a tenant."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.importing.errors import InvalidOption
from evidence.importing.foreign_request import ForeignRequest
from evidence.importing.labels import MOST_OPERATIONS, OTHER, Labeller, Labels, read_rule
from evidence.importing.paths import general_path, split_url, template_pattern
from evidence.request_record import LatencyClock, Outcome

REQUEST = ForeignRequest(
    0,
    0,
    1,
    LatencyClock.SENT,
    200,
    Outcome.OK,
    name="read a document",
    method="GET",
    url="http://10.0.0.1:8080/documents/17?fields=title#top",
    tags={"tenant": "acme", "x-plan": "gold"},
)


def operation(rule: str, request: ForeignRequest = REQUEST, templates: tuple[str, ...] = ()) -> str:
    labels = Labels(read_rule("--operation-from", rule, operation=True), templates)
    return Labeller(labels).operation(request)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/documents/17", "/documents/{id}"),
        ("/documents/17/", "/documents/{id}"),
        ("/search", "/search"),
        ("/", "/"),
        ("/v1/search", "/v1/search"),
        ("/users/6f1c1c0e-9a53-4c2b-8f6e-3f1f8e9a4b10/mails", "/users/{id}/mails"),
        ("/blobs/9f86d081884c7d65", "/blobs/{id}"),
        ("/users/jane%40example.org", "/users/{id}"),
        ("/orders/01HF7YAT00GN4Q2S6W3XZJ5K8E", "/orders/{id}"),
        ("/deadbeef", "/deadbeef"),
        ("/characteristically", "/characteristically"),
        ("/a/" * 8, "/a/a/a/a/a/a/a/a"),
        ("/x" * 14, "/x" * 12 + "/…"),
    ],
)
def test_segments_that_name_one_of_many_are_replaced(path: str, named: str) -> None:
    assert general_path(path.replace("//", "/")) == named


@given(st.text(alphabet="/abz09-%@é ", max_size=60))
def test_a_general_path_is_its_own_general_path(path: str) -> None:
    assert general_path(general_path(path)) == general_path(path)


def test_a_url_is_split_into_origin_and_path() -> None:
    assert split_url("https://a.example:8443/b/c?d=/e#f") == ("https://a.example:8443", "/b/c")
    assert split_url("/b?c") == (None, "/b")
    assert split_url("http://a.example") == ("http://a.example", "/")


def test_by_default_the_tool_s_name_names_an_operation() -> None:
    assert operation("auto") == "read a document"


@pytest.mark.parametrize("name", [None, "http://10.0.0.1:8080/documents/17?fields=title", "/documents/17"])
def test_without_a_name_or_with_a_url_for_one_method_and_path_do(name: str | None) -> None:
    assert operation("auto", replace(REQUEST, name=name)) == "GET /documents/{id}"


def test_an_operation_is_named_by_what_is_asked_for() -> None:
    assert operation("path") == "GET /documents/{id}"
    assert operation("name") == "read a document"
    assert operation("tag:tenant") == "acme"
    assert operation("tag:X-Plan") == "gold"
    assert operation("tag:colour") == "all"
    assert operation("fixed:everything") == "everything"
    assert operation("auto", replace(REQUEST, name=None, url=None)) == "all"


def test_a_template_comes_before_ids_are_found_by_their_looks() -> None:
    request = replace(REQUEST, url="/shops/main-street/open")
    assert operation("path", request) == "GET /shops/main-street/open"
    assert operation("path", request, ("/x/{y}", "/shops/{shop}/open")) == "GET /shops/{shop}/open"
    assert template_pattern("/a.b/{c}").fullmatch("/a.b/x/")
    assert not template_pattern("/a.b/{c}").fullmatch("/axb/x")


def test_operations_beyond_reason_are_one() -> None:
    labeller = Labeller(Labels())
    names = [labeller.operation(replace(REQUEST, name=f"name {n}")) for n in range(MOST_OPERATIONS + 3)]
    assert names[-4:] == [f"name {MOST_OPERATIONS - 1}", OTHER, OTHER, OTHER]
    assert labeller.collapsed == 3
    assert labeller.operation(replace(REQUEST, name="name 7")) == "name 7"


def test_tier_and_tenant_are_only_what_is_asked_for() -> None:
    assert Labeller(Labels()).tier(REQUEST) is None
    labels = Labels(tier=read_rule("", "tag:x-plan"), tenant=read_rule("", "fixed:all of them"))
    assert Labeller(labels).tier(REQUEST) == "gold"
    assert Labeller(labels).tenant(REQUEST) == "all of them"


@pytest.mark.parametrize("rule", ["", "tag:", "fixed:", "path:x", "colour"])
def test_a_rule_that_is_none_says_which_there_are(rule: str) -> None:
    with pytest.raises(InvalidOption, match="must be one of auto, name, path, tag:NAME, fixed:LABEL"):
        read_rule("--operation-from", rule, operation=True)
    with pytest.raises(InvalidOption, match="--path-template"):
        template_pattern("documents/{id}")
