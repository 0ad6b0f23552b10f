"""The page asks nobody but its own server."""

import base64
import hashlib
import re

from stormproof.live.page import read_page

PAGE = read_page()
TEXT = PAGE.html.decode()


def test_it_names_no_other_place() -> None:
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"')]*", TEXT))
    assert addresses == {"http://www.w3.org/2000/svg"}, "the name of a format, nothing that is fetched"


def test_its_policy_allows_its_own_style_and_script_alone() -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", TEXT, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", TEXT, re.DOTALL)
    for name, text in (("style", style), ("script", script)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}';" in PAGE.policy
    assert "unsafe" not in PAGE.policy
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", TEXT.replace(script, "")), (
        "none of it is allowed inline"
    )


def test_what_is_told_is_never_taken_for_markup() -> None:
    assert not re.search(r"innerHTML\s*=[^=]|insertAdjacentHTML|document\.write|eval\(", TEXT)
