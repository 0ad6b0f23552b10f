"""Which hosts an experiment would reach, as far as its file says so."""

import ipaddress
import re
from collections.abc import Iterator, Mapping

from chaoslib import substitute
from pydantic import JsonValue

from chaos.supervision.experiment_file import Activity, ExperimentFile
from chaos.supervision.loaded_configuration import loaded_configuration

_URL = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/@\s]*@)?(\[[^\]]+\]|[^/:?#\s]+)", re.IGNORECASE)
_HOST_AND_PORT = re.compile(r"(\[[^\]]+\]|[A-Za-z0-9][A-Za-z0-9.-]*):(\d{1,5})")
_ADDRESS_KEYS = {"toxiproxy", "host", "hostname", "address"}


def hosts_off_loopback(experiment: ExperimentFile, variables: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Hosts in its URLs, its configuration and what its activities are called with; this machine apart.

    `variables` replace configuration, as `--var` does. What a process or a python function reaches by other
    means nobody can tell from the file.
    """
    configuration = loaded_configuration(experiment, variables)
    found = [
        *(host for value in configuration.values() for host in _hosts(value)),
        *_addresses(configuration),
        *(
            host
            for activity in (*experiment.probes, *experiment.method, *experiment.rollbacks)
            for host in _of_activity(activity, configuration)
        ),
    ]
    return tuple(dict.fromkeys(host for host in found if not is_loopback(host)))


def is_loopback(host: str) -> bool:
    """Whether it names this machine. One that is not yet known, as `${host}`, does not."""
    bare = host.removeprefix("[").removesuffix("]")
    if bare == "localhost":
        return True
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _of_activity(activity: Activity, configuration: Mapping[str, JsonValue]) -> Iterator[str]:
    provider = activity.provider
    if provider.url is not None:
        yield from _hosts(substitute(provider.url, dict(configuration), {}))
    arguments = substitute(provider.arguments, dict(configuration), {})
    yield from _hosts(arguments)
    yield from _addresses(arguments)
    yield from _hosts(activity.tolerance)  # a probe of its own may ask elsewhere


def _hosts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield from _URL.findall(value)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _hosts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _hosts(one)


def _addresses(value: JsonValue) -> Iterator[str]:
    """Of whatever is called so, however deep: a target of ours has its own `address`."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _address(one) if key in _ADDRESS_KEYS else _addresses(one)
    elif isinstance(value, list):
        for one in value:
            yield from _addresses(one)


def _address(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str) and value and "://" not in value:
        match = _HOST_AND_PORT.fullmatch(value)
        yield match[1] if match else value
