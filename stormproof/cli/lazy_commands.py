"""Commands whose modules are imported when they are asked for: what draws and computes takes a while."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperGroup
from typer.main import get_group

type Command = Any
"""Typer keeps the class of its commands to itself."""


class LazyCommands(MutableMapping[str, Command]):
    """Names of commands, in order; each is made when it is looked up.

    `modules` names, for each module, the commands that its function `add_<module>` adds.
    """

    def __init__(self, modules: Mapping[str, tuple[str, ...]]) -> None:
        self._module_of = {name: module for module, names in modules.items() for name in names}
        self._made: dict[str, Command] = {}

    def __getitem__(self, name: str) -> Command:
        """Raises KeyError where no command has this name."""
        if name not in self._made:
            self._made |= made_by(self._module_of[name])
        return self._made[name]

    def __setitem__(self, name: str, command: Command) -> None:
        """A command that is there already."""
        self._module_of.setdefault(name, "")
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        """Raises KeyError where no command has this name."""
        del self._module_of[name]
        self._made.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        """The names, without making any."""
        return iter(self._module_of)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._module_of)


def made_by(module: str) -> Mapping[str, Command]:
    """What a module adds, by name."""
    app = typer.Typer(rich_markup_mode="rich")
    adder = f"add_{module.rpartition('.')[2]}"
    add = cast("Callable[[typer.Typer], None]", getattr(import_module(module), adder))
    add(app)
    return get_group(app).commands


def lazy_group(modules: Mapping[str, tuple[str, ...]]) -> type[TyperGroup]:
    """The class of a group that has these commands, for `typer.Typer(cls=…)`."""

    class LazyGroup(TyperGroup):
        """A group that knows its commands by name."""

        def __init__(self, **attributes: Any) -> None:
            super().__init__(**attributes)
            self.commands = LazyCommands(modules)

    return LazyGroup
