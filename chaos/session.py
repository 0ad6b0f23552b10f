"""Where an experiment works, as its configuration says."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chaos.address import Address, confirmed_in, parse_address
from chaos.errors import InvalidArgumentError
from chaos.history import History
from chaos.probes.door import Door
from chaos.targets.service import service_door
from chaos.targets.settings import read_target_settings
from chaos.targets.whereabouts import Whereabouts
from chaos.timing import Timing
from chaos.toxiproxy import Toxiproxy
from evidence.home import Home, InvalidSetting, resolve_home
from evidence.ports import HOST, StackPorts
from evidence.run_folder import RunFolder

WRITER = "chaos"


@dataclass(frozen=True, slots=True)
class Session:
    """One experiment, its run folder and its stack."""

    experiment: str
    run: RunFolder
    home: Home
    whereabouts: Whereabouts
    service_doors: tuple[Door, ...] = ()
    """Where services say how they are: asked whether they feel a fault."""

    def history(self, timing: Timing) -> History:
        """The run's timeline, continued as `chaos`."""
        return History(self.run.timeline_file, WRITER, timing.clock)


def read_session(configuration: Mapping[str, object]) -> Session:
    """The session that an experiment's configuration asks for.

    `experiment` is its name; `run_dir` the run folder; `port_base` the stack (default: STORMPROOF_PORT_BASE);
    `toxiproxy` the admin address, where it is not the stack's; `targets` what the local stack does not have;
    `felt_at` the URLs, between blanks, at which services say how they are; `confirm_hosts` the hosts off this
    machine, between blanks, that may be broken. Raises InvalidArgumentError, NotLoopbackError.
    """
    run_dir = _text(configuration, "run_dir")
    if not run_dir:
        raise InvalidArgumentError(
            "configuration, run_dir: empty: must be the path of a run folder. The control chaos.controls "
            "makes one where none is given: list it under `controls` in the experiment, or pass "
            "--var run_dir=FOLDER."
        )
    home = _home(_text(configuration, "port_base"))
    return Session(
        experiment_name(configuration),
        RunFolder(Path(run_dir).absolute()),
        home,
        find_whereabouts(configuration),
        _service_doors(configuration),
    )


def experiment_name(configuration: Mapping[str, object]) -> str:
    """The name under which the experiment is told. Raises InvalidArgumentError."""
    name = _text(configuration, "experiment")
    if not name or not all(character.isalnum() or character in "-_" for character in name):
        raise InvalidArgumentError(
            f"configuration, experiment: {name!r}: must be the experiment's name, of letters, digits, - and "
            "_. Mend the experiment."
        )
    return name


def find_whereabouts(configuration: Mapping[str, object]) -> Whereabouts:
    """Where an experiment's targets are looked for. Raises InvalidArgumentError, NotLoopbackError."""
    home = _home(_text(configuration, "port_base"))
    targets = read_target_settings(configuration.get("targets"))
    return Whereabouts(_toxiproxy(configuration), home.stack_file, targets, confirmed_in(configuration))


def _service_doors(configuration: Mapping[str, object]) -> tuple[Door, ...]:
    urls = _text(configuration, "felt_at").split()
    confirmed = confirmed_in(configuration)
    return tuple(service_door(url, url, "configuration, felt_at", confirmed) for url in urls)


def _toxiproxy(configuration: Mapping[str, object]) -> Toxiproxy:
    text = _text(configuration, "toxiproxy")
    if text:
        return Toxiproxy(parse_address(text, "configuration, toxiproxy", confirmed_in(configuration)))
    port_base = _home(_text(configuration, "port_base")).port_base
    return Toxiproxy(Address(HOST, StackPorts(port_base).toxiproxy_admin))


def _home(port_base: str) -> Home:
    environment = dict(os.environ)
    if port_base:
        environment["STORMPROOF_PORT_BASE"] = port_base
    try:
        return resolve_home(environment, is_root=os.geteuid() == 0, user_dir=Path.home())
    except InvalidSetting as error:
        raise InvalidArgumentError(f"configuration, port_base: {error}") from error


def _text(configuration: Mapping[str, object], key: str) -> str:
    value = configuration.get(key)
    return "" if value is None else str(value)
