"""Data files: any size, every row in its turn, and mistakes named by their line."""

import random
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from loadtests.data.data_file import DataFile, OnEnd, Pick
from loadtests.data.rows import RowPicker, most_arrivals
from loadtests.data.table import open_table
from loadtests.popularity import popular_index, zipf_rank
from loadtests.values.known_names import problems_of_data


def file(folder: Path, content: str | bytes, name: str = "users.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 -- load, not secrets


def picker(path: Path, pick: Pick, *personas: str, exponent: float = 1.0) -> RowPicker:
    return RowPicker(open_table(path), pick, exponent, personas)


def numbered(folder: Path, count: int) -> Path:
    return file(folder, "id\n" + "".join(f"{number}\n" for number in range(count)))


def test_rows_are_found_by_their_number(tmp_path: Path) -> None:
    content = "name, mail\nann,ann@a\n\n" + "".join(f"u{n},u{n}@b\n" for n in range(300)) + '"o, p",last'
    table = open_table(file(tmp_path, content))
    assert table.columns == ("name", "mail")
    assert table.row_count == 302
    assert table.row(0) == ("ann", "ann@a")
    assert [table.row(number) for number in (1, 64, 200)] == [(f"u{n}", f"u{n}@b") for n in (0, 63, 199)]
    assert table.row(301) == ("o, p", "last")


def test_quoted_fields_may_hold_anything(tmp_path: Path) -> None:
    odd = ['a "quoted" word', "two\r\nlines", "a\u2028separator\x0b", "ü", ""]
    rows = "".join('"{}",x\n'.format(text.replace('"', '""')) for text in odd * 40)
    table = open_table(file(tmp_path, b"\xef\xbb\xbf" + f"text,x\n{rows}".encode()))
    assert table.columns == ("text", "x")
    assert [table.row(number)[0] for number in range(table.row_count)] == odd * 40


def test_a_delimiter_may_be_another(tmp_path: Path) -> None:
    assert open_table(file(tmp_path, "a;b\n1,5;2\n"), ";").row(0) == ("1,5", "2")


def test_a_large_file_stays_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("w") as stream:
        stream.write("id,text\n")
        stream.writelines(f"{number},{'x' * 90}\n" for number in range(200_000))
    tracemalloc.start()
    try:
        table = open_table(path)
        source = seeded(1)
        for _ in range(20_000):
            number = source.randrange(200_000)
            assert table.row(number)[0] == str(number)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > 19_000_000
    # The most that is kept is 16,384 rows, here of some 300 bytes each in memory.
    assert peak < 9_000_000


@pytest.mark.parametrize(
    ("content", "where", "told"),
    [
        ("", "line 1", "must name each column"),
        ("a,a\n1,2\n", "line 1", "must name each column"),
        ("a,\n1,2\n", "line 1", "must name each column"),
        ("a,b\n", "", "at least one row"),
        ("a,b\n1,2\n1,2,3\n", "line 3", "must have 2"),
        ("a,b\n1\n", "line 2", "must have 2"),
        (b"a,b\n1,\xff\n", "line 2", "must be UTF-8"),
        ('a,b\n1,"2"x\n', "line 2", "must be CSV"),
    ],
)
def test_a_mistake_is_named_by_its_line(tmp_path: Path, content: str | bytes, where: str, told: str) -> None:
    path = file(tmp_path, content)
    with pytest.raises(InvalidFile) as raised:
        open_table(path)
    assert raised.value.file == path
    assert raised.value.problems[0].where == where
    assert told in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"nowhere\.csv"):
        open_table(tmp_path / "nowhere.csv")


def test_a_folder_is_no_data_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="must be a CSV file that can be read"):
        open_table(tmp_path)


def test_a_file_that_changed_is_read_anew(tmp_path: Path) -> None:
    path = file(tmp_path, "id\n1\n")
    assert open_table(path) is open_table(path)
    file(tmp_path, "id\n1\n2\n")
    assert open_table(path).row_count == 2


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_sequential_rows_are_shared_without_duplicates(tmp_path: Path, workers: int) -> None:
    rows = picker(numbered(tmp_path, 100), Pick.SEQUENTIAL, "ann")
    source = seeded(1)
    shares = [[rows.row("ann", n, source)[0] for n in range(100) if n % workers == k] for k in range(workers)]
    assert sorted(int(row) for share in shares for row in share) == list(range(100))
    assert rows.row("ann", 100, source) == rows.row("ann", 0, source)


def test_personas_that_share_a_file_get_rows_of_their_own(tmp_path: Path) -> None:
    rows = picker(numbered(tmp_path, 100), Pick.SEQUENTIAL, "ann", "bob")
    source = seeded(1)
    given = [rows.row(persona, number, source)[0] for persona in ("ann", "bob") for number in range(50)]
    assert len(set(given)) == 100


def test_random_and_popular_rows_are_drawn_from_all(tmp_path: Path) -> None:
    path = numbered(tmp_path, 50)
    source = seeded(1)
    even = Counter(picker(path, Pick.RANDOM, "p").row("p", 0, source)[0] for _ in range(10_000))
    assert len(even) == 50
    assert max(even.values()) < 2 * min(even.values())
    zipf = Counter(picker(path, Pick.ZIPF, "p").row("p", 0, source)[0] for _ in range(10_000))
    assert zipf["0"] / zipf["9"] == pytest.approx(10, rel=0.25)
    flat = Counter(picker(path, Pick.ZIPF, "p", exponent=0).row("p", 0, source)[0] for _ in range(10_000))
    assert max(flat.values()) < 2 * min(flat.values())


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.3, 2.5])
@pytest.mark.parametrize("count", [1, 2, 7, 1000])
def test_popularity_by_rejection_is_that_by_summing(exponent: float, count: int) -> None:
    source = seeded(3)
    drawn = Counter(zipf_rank(count, exponent, source.random) for _ in range(20_000))
    summed = Counter(popular_index(count, exponent, (n + 0.5) / 20_000) + 1 for n in range(20_000))
    assert set(drawn) <= set(range(1, count + 1))
    for rank in (1, 2, 5):
        assert drawn[rank] == pytest.approx(summed[rank], abs=5 * (summed[rank] + 1) ** 0.5)


def test_popularity_of_a_billion_needs_no_memory() -> None:
    source = seeded(1)
    ranks = [zipf_rank(10**9, 1.0, source.random) for _ in range(5000)]
    assert min(ranks) == 1
    assert max(ranks) > 10**8


def test_a_file_that_ends_has_rows_for_so_many_arrivals() -> None:
    ends = DataFile("users.csv", on_end=OnEnd.STOP)
    assert most_arrivals(ends, 5, ("ann",), "ann") == 5
    assert [most_arrivals(ends, 5, ("ann", "bob"), name) for name in ("ann", "bob")] == [3, 2]
    assert most_arrivals(DataFile("users.csv"), 5, ("ann",), "ann") is None


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ((DataFile("my users.csv"),), "data[0].name"),
        ((DataFile("a.csv"), DataFile("b.csv", name="a")), "data[1].name"),
        ((DataFile("a.csv", delimiter=";;"),), "data[0].delimiter"),
        ((DataFile("a.csv", exponent=-1),), "data[0].exponent"),
        ((DataFile("a.csv", pick=Pick.RANDOM, on_end=OnEnd.STOP),), "data[0].on_end"),
    ],
)
def test_what_a_scenario_says_of_a_file_is_checked(data: tuple[DataFile, ...], where: str) -> None:
    assert [problem.where for problem in problems_of_data(data)] == [where]
