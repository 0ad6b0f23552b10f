"""Documents are read strictly, and errors say where, what, what is allowed and what next."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import ConfigDict, Field

from evidence.documents import read_document, replace_file
from evidence.errors import InvalidFile


@dataclass(frozen=True)
class Leaf:
    __pydantic_config__ = ConfigDict(extra="forbid")
    rate_per_s: float


@dataclass(frozen=True)
class Tree:
    __pydantic_config__ = ConfigDict(extra="forbid")
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class Oak:
    kind: Literal["oak"]
    oak: tuple[Leaf, ...]


@dataclass(frozen=True)
class Pine:
    kind: Literal["pine"]
    needles: int


@dataclass(frozen=True)
class Wood:
    trees: tuple[Annotated[Oak | Pine, Field(discriminator="kind")], ...]


def test_the_kind_of_a_union_is_no_place(tmp_path: Path) -> None:
    file = tmp_path / "wood.yaml"
    file.write_text("trees:\n  - {kind: pine}\n  - {kind: oak, oak: [{rate_per_s: x}]}\n  - {kind: fir}\n")
    with pytest.raises(InvalidFile) as caught:
        read_document(file, Wood)
    assert [problem.where for problem in caught.value.problems] == [
        "trees[0].needles",
        "trees[1].oak[0].rate_per_s",
        "trees[2]",
    ]


def test_a_document_becomes_its_record(tmp_path: Path) -> None:
    file = tmp_path / "tree.yaml"
    file.write_text("leaves:\n  - rate_per_s: 2\n")
    assert read_document(file, Tree) == Tree((Leaf(2.0),))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("leaves:\n  - rate_per_s: fast\n", r"leaves\[0\]\.rate_per_s: 'fast': .*number"),
        ("leaves:\n  - {}\n", r"leaves\[0\]\.rate_per_s: missing"),
        ("leaves: []\nbranches: 1\n", r"branches: 1: "),
        ("leaves: []\nleaves: []\n", r"'leaves' is named twice.*line 2"),
        ("leaves:\n  - {rate_per_s: 1, rate_per_s: 2}\n", r"'rate_per_s' is named twice.*line 2"),
        ("- [", r"the file: .*well-formed"),
        ("leaves: 2026-02-30\n", r"the file: day .*: must be well-formed"),
        ("", r"the file: None"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "tree.yaml"
    file.write_text(content)
    with pytest.raises(InvalidFile, match=message) as caught:
        read_document(file, Tree, next_step="See the manual.")
    assert str(file) in str(caught.value)
    assert "See the manual." in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"nowhere\.yaml is not valid:\n  the file: no such file"):
        read_document(tmp_path / "nowhere.yaml", Tree)


def test_replacing_leaves_no_other_file(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    replace_file(file, b"1")
    replace_file(file, b"2", mode=0o600)
    assert file.read_bytes() == b"2"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]
