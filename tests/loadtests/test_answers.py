"""What an answer must be like, and what is taken from it."""

import json

import pytest

from loadtests.answers.answer_rules import AnswerRules, compile_rules
from loadtests.answers.extraction import Extraction, compile_extraction
from loadtests.answers.pointer import MISSING, parse_pointer
from loadtests.http_messages import HttpAnswer
from loadtests.templates.escaping import Value

BODY = {
    "id": "o-1",
    "state": "open",
    "count": 2,
    "ok": True,
    "none": None,
    "items": [{"n": 1.5}],
    "a/b": {"~": 7},
}
HEADERS = {"content-type": "application/json; charset=utf-8", "set-cookie": "sid=77; Path=/"}
ANSWER = HttpAnswer(200, HEADERS, json.dumps(BODY).encode())
VALUES: dict[str, Value] = {"order": "o-1", "n": 2}


def fault(rules: AnswerRules, answer: HttpAnswer = ANSWER) -> str | None:
    compiled, problems = compile_rules(rules, "answer")
    assert not problems
    return compiled.fault_of(answer, VALUES)


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("", BODY),
        ("/id", "o-1"),
        ("/items/0/n", 1.5),
        ("/a~1b/~0", 7),
        ("/none", None),
        ("/items/1", MISSING),
        ("/items/00", MISSING),
        ("/items/-", MISSING),
        ("/id/0", MISSING),
        ("/nowhere", MISSING),
    ],
)
def test_a_pointer_finds_what_stands_at_its_place(pointer: str, found: object) -> None:
    assert parse_pointer(pointer).find(BODY) == found


@pytest.mark.parametrize("pointer", ["id", "/a~b", "/a~"])
def test_a_pointer_that_is_none_is_refused(pointer: str) -> None:
    with pytest.raises(ValueError, match="must"):
        parse_pointer(pointer)


@pytest.mark.parametrize(
    "rules",
    [
        AnswerRules(headers={"Content-Type": "application/json*"}),
        AnswerRules(headers={"content-type": "*CHARSET=utf-8"}),
        AnswerRules(contains=("open", '"o-1"', "${order}")),
        AnswerRules(json={"/state": "open", "/count": 2, "/ok": True, "/none": None, "/items": [{"n": 1.5}]}),
        AnswerRules(json={"/count": 2.0}),
        AnswerRules(json={"/id": "${order}", "/count": "${n}"}),
        AnswerRules(schema={"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}),
        AnswerRules(at_most_bytes=len(ANSWER.body)),
    ],
)
def test_rules_that_hold(rules: AnswerRules) -> None:
    assert fault(rules) is None


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (AnswerRules(headers={"Content-Type": "application/json"}), "header Content-Type"),
        (AnswerRules(headers={"ETag": "*"}), "header ETag is missing"),
        (AnswerRules(contains=("closed",)), "'closed' is not in the body"),
        (AnswerRules(json={"/state": "closed"}), '/state: "open": must be "closed"'),
        (AnswerRules(json={"/count": True}), "/count"),
        (AnswerRules(json={"/ok": 1}), "/ok"),
        (AnswerRules(json={"/count": "2"}), "/count"),
        (AnswerRules(json={"/nowhere": None}), "/nowhere: missing"),
        (AnswerRules(json={"/state": "${order}"}), '/state: "open": must be "o-1"'),
        (AnswerRules(json={"/items": "${order}"}), "/items"),
        (AnswerRules(schema={"properties": {"items": {"items": {"required": ["m"]}}}}), "/items/0: "),
        (AnswerRules(at_most_bytes=10), "at most 10 are allowed"),
    ],
)
def test_a_rule_that_does_not_hold_tells_what_is_wrong(rules: AnswerRules, told: str) -> None:
    found = fault(rules)
    assert found is not None
    assert told in found


@pytest.mark.parametrize("rules", [AnswerRules(json={"": 1}), AnswerRules(schema={})])
def test_a_body_that_is_not_json_is_told(rules: AnswerRules) -> None:
    found = fault(rules, HttpAnswer(200, {}, b"<html>"))
    assert found is not None
    assert "not JSON" in found


@pytest.mark.parametrize(
    ("rules", "where"),
    [
        (AnswerRules(json={"state": 1}), "answer.json.state"),
        (AnswerRules(json={"/a": "${"}), "answer.json./a"),
        (AnswerRules(contains=("",)), "answer.contains[0]"),
        (AnswerRules(headers={"A": "${}"}), "answer.headers.A"),
        (AnswerRules(at_most_bytes=-1), "answer.at_most_bytes"),
        (AnswerRules(schema={"type": "nonsense"}), "answer.schema"),
        (AnswerRules(schema={"$ref": "http://127.0.0.1:9/elsewhere.json"}), "answer.schema"),
    ],
)
def test_a_rule_that_cannot_be_asked_is_named(rules: AnswerRules, where: str) -> None:
    _, problems = compile_rules(rules, "answer")
    assert [problem.where for problem in problems] == [where]
    assert "must" in problems[0].allowed


def test_rules_tell_which_names_they_need() -> None:
    rules = AnswerRules({"A": "${a}"}, ("${b}",), {"/c": "${c}"})
    assert compile_rules(rules, "")[0].names == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("extraction", "value"),
    [
        (Extraction(json="/id"), "o-1"),
        (Extraction(json="/count"), 2),
        (Extraction(json="/ok"), True),
        (Extraction(json="/items"), '[{"n":1.5}]'),
        (Extraction(json="/none"), None),
        (Extraction(json="/nowhere"), None),
        (Extraction(header="Content-Type"), "application/json; charset=utf-8"),
        (Extraction(header="Location"), None),
        (Extraction(header="Set-Cookie", pattern="sid=[^;]+"), "sid=77"),
        (Extraction(header="Set-Cookie", pattern="sid=([^;]+)"), "77"),
        (Extraction(pattern=r'"count": (\d+)'), "2"),
        (Extraction(pattern="nowhere"), None),
    ],
)
def test_a_value_is_taken_from_body_or_header(extraction: Extraction, value: Value | None) -> None:
    assert compile_extraction(extraction)(ANSWER) == value


def test_each_cookie_is_one_however_many_there_are() -> None:
    answer = HttpAnswer(200, {"set-cookie": "sid=77\ntheme=dark; Path=/"}, b"")
    assert compile_extraction(Extraction(header="Set-Cookie"))(answer) == "sid=77"
    for pattern, value in (("sid=([^;]+)", "77"), ("theme=([^;]+)", "dark"), ("lang=([^;]+)", None)):
        assert compile_extraction(Extraction(header="Set-Cookie", pattern=pattern))(answer) == value
    assert fault(AnswerRules({"Set-Cookie": "theme=*"}), answer) is None
    assert fault(AnswerRules({"Set-Cookie": "lang=*"}), answer) is not None


def test_nothing_is_taken_from_a_body_that_is_not_json() -> None:
    assert compile_extraction(Extraction(json="/id"))(HttpAnswer(200, {}, b"<html>")) is None


@pytest.mark.parametrize(
    "extraction",
    [
        Extraction(),
        Extraction(json="id"),
        Extraction(json="/id", header="A"),
        Extraction(json="/id", pattern="a"),
        Extraction(pattern="("),
    ],
)
def test_an_extraction_from_nowhere_is_refused(extraction: Extraction) -> None:
    with pytest.raises(ValueError, match="must"):
        compile_extraction(extraction)
