"""What options of `chaos run` say about the configuration."""

from collections.abc import Iterator, Sequence

from chaoslib import convert_vars, merge_vars
from pydantic import JsonValue

_VAR, _VAR_FILE = "--var", "--var-file"


def replaced_configuration(options: Sequence[str]) -> dict[str, JsonValue]:
    """What `--var` and `--var-file` put in place of the experiment's configuration.

    Raises ValueError for a variable that Chaos Toolkit refuses.
    """
    variables = convert_vars(list(_values(options, _VAR)))
    configuration, _secrets = merge_vars(variables, list(_values(options, _VAR_FILE)))
    return dict(configuration)


def _values(options: Sequence[str], name: str) -> Iterator[str]:
    for position, option in enumerate(options):
        if option == name and position + 1 < len(options):
            yield options[position + 1]
        elif option.startswith(f"{name}="):
            yield option.removeprefix(f"{name}=")
