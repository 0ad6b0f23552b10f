"""Templates: what they say, what they refuse, and that no value escapes from its place."""

import json
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.templates.escaping import Value, as_path, in_header, in_json_text, in_url
from loadtests.templates.json_template import parse_json_template
from loadtests.templates.template import TemplateError, parse_template

TEXTS = st.text()


def test_names_stand_for_values() -> None:
    template = parse_template("/orders/${order.id}?by=${ who }&n=${n}")
    assert template.names == {"order.id", "who", "n"}
    assert template.fill({"order.id": "a-1", "who": "ann", "n": 7}) == "/orders/a-1?by=ann&n=7"


@pytest.mark.parametrize("text", ["", "plain", "100 %", "%s %d", "costs 5 $", "{a} $b }"])
def test_a_text_without_places_is_left_as_it_is(text: str) -> None:
    assert parse_template(text).fill({}) == text


def test_two_dollar_signs_are_one() -> None:
    assert parse_template("$$ and $${name} and 50 %").fill({}) == "$ and ${name} and 50 %"


@pytest.mark.parametrize("text", ["${", "${name", "a ${} b", "${ }", "${a{b}"])
def test_a_place_that_is_none_is_told_with_what_stands_there(text: str) -> None:
    with pytest.raises(TemplateError, match=r"must be a name in braces"):
        parse_template(text)


@given(TEXTS)
def test_a_value_in_a_path_stays_one_segment(value: str) -> None:
    path = parse_template("/a/${x}/b", in_url).fill({"x": value})
    assert path.count("/") == 3
    assert path.isascii()
    assert not set(path) & set("?&# \r\n")
    assert unquote(path, errors="surrogatepass") == f"/a/{value}/b"


@given(TEXTS)
def test_a_value_in_a_header_stays_one_line_of_ascii(value: str) -> None:
    line = parse_template("Bearer ${x}", in_header).fill({"x": value})
    assert line.isascii()
    assert line.isprintable()


@given(TEXTS)
def test_a_value_in_a_json_text_stays_in_its_string(value: str) -> None:
    body = parse_template('{"q": "${x}"}', in_json_text).fill({"x": value})
    assert json.loads(body) == {"q": value}


def test_a_value_that_is_a_whole_path_keeps_its_slashes() -> None:
    assert parse_template("${at}", as_path).fill({"at": "/jobs/7?full=yes"}) == "/jobs/7?full=yes"
    assert parse_template("${at}", as_path).fill({"at": "/a b\r\nX: 1"}) == "/a%20b%0D%0AX:%201"


def test_a_json_document_keeps_the_types_of_its_values() -> None:
    template = parse_json_template(
        {
            "id": "${id}",
            "${key}": ["${n}", "${flag}", "no ${n}", 1.5, None, True],
            "nested": {"price": "5 $"},
        }
    )
    values: dict[str, Value] = {"id": 'a"b', "key": "k\n", "n": 7, "flag": False}
    assert json.loads(template.fill(values)) == {
        "id": 'a"b',
        "k\n": [7, False, "no 7", 1.5, None, True],
        "nested": {"price": "5 $"},
    }


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
        lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    )
)
def test_any_json_document_is_written_as_it_is(content: object) -> None:
    escaped = json.loads(json.dumps(content).replace("$", "$$"))
    assert json.loads(parse_json_template(escaped).fill({})) == content


def test_what_json_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError):
        parse_json_template({"at": object()})
