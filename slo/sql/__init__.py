"""What DuckDB is asked, one question a file."""

import re
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

_NAME = re.compile(r"\$\w+")
_NOTHING: Mapping[str, str] = MappingProxyType({})


def query(name: str, parts: Mapping[str, str] = _NOTHING) -> str:
    """The text of `slo/sql/<name>.sql` without comments, and with `parts` in place of names ($keys).

    Both keep what people name things by from being more than a name. A part is put into the text as it is: a
    tier that is called $keys stays so. And where a part stood in a comment, a line feed in it would end the
    comment, and what follows would be run.
    """
    text = files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("--"))
    return _NAME.sub(lambda found: parts.get(found[0], found[0]), "".join(lines))
