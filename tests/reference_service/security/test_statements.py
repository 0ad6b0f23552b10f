"""SQL is text of the program: values come as parameters, never as parts of a statement."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import reference_service

ROOT = Path(reference_service.__path__[0])
METHODS = {"execute", "executemany", "fetch", "fetchrow", "fetchval", "cursor", "prepare", "executescript"}
# Names cannot be parameters. Where they are put into a statement, and why no client can choose them:
NAMES = {
    ("schema/migrate.py", "_make_database"): "the database of the operator's own address, quoted",
    ("schema/migrate.py", "_run"): "the files of reference_service/schema",
    ("seeding/database.py", "wipe"): "table names from a constant",
    ("writes/journal/journal_file.py", "open"): "a setting's whole number of pages",
    ("writes/journal/journal_file.py", "_find"): "one of two constants",
    ("writes/journal/journal_file.py", "_transaction"): "a kind of transaction, from a constant",
}


def made_statements(source: str) -> Iterator[tuple[str, int]]:
    """Function and line of each statement that is not a constant of its module."""
    tree = ast.parse(source)
    constants: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            constants |= {each.name for each in node.names if each.name.isupper()}
        elif isinstance(node, ast.Assign) and _is_constant(node.value, constants):
            constants |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for call in ast.walk(function):
                if _asks(call) and not _is_constant(call.args[0], constants):  # type: ignore[attr-defined]  # a call
                    yield function.name, call.lineno  # type: ignore[attr-defined]  # a call has a line


def _asks(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in METHODS
        and bool(node.args)
    )


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_constant(node: ast.expr, constants: set[str]) -> bool:
    if isinstance(node, ast.JoinedStr):
        return all(_is_constant(part, constants) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _is_constant(node.value, constants)
    return _is_text(node) or (isinstance(node, ast.Name) and node.id in constants)


def test_no_statement_is_put_together_but_from_names_that_no_client_chooses() -> None:
    found = {
        (str(path.relative_to(ROOT)), function)
        for path in ROOT.rglob("*.py")
        for function, _ in made_statements(path.read_text())
    }
    assert found == set(NAMES)


@pytest.mark.parametrize(
    "argument",
    ['f"SELECT {x}"', '"SELECT " + x', '"SELECT {}".format(x)', '"SELECT %s" % x', "x", "MADE", "self.sql"],
)
def test_a_statement_that_is_put_together_is_found(argument: str) -> None:
    source = f'MADE = "a" + x()\nWHOLE = "SELECT 1"\nasync def work(c, x):\n    await c.fetch({argument})\n'
    assert list(made_statements(source)) == [("work", 4)]
    assert not list(made_statements(source.replace(argument, "WHOLE")))
