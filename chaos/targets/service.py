"""A service: what may happen to what the user's requests meet first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from chaos.address import Address, confirmation, confirmed_in, parse_address
from chaos.errors import InvalidArgumentError
from chaos.probes.door import Door
from chaos.probes.speech import Speech
from chaos.targets.target import TargetKind
from chaos.targets.whereabouts import Whereabouts
from evidence.ports import HOST

READY_PATH = "/health/ready"
"""Where the reference service says that it can answer."""


@dataclass(frozen=True, slots=True)
class ServiceTarget:
    """A service by the URL at which it says that it is well."""

    door: Door
    """Its HTTP port, and the path to ask for."""

    @property
    def name(self) -> str:
        """As the experiment calls it."""
        return self.door.name

    @property
    def base_url(self) -> str:
        """Scheme, host and port."""
        return f"http://{self.door.address}"

    def parameters(self) -> Mapping[str, str]:
        """Its name and URL."""
        return {
            "name": self.name,
            "url": f"{self.base_url}{self.door.speech.path}",
            **confirmation(self.door.address),
        }


def find_service(whereabouts: Whereabouts, name: str) -> ServiceTarget:
    """The service `name`: at the URL that the experiment gives, else as registered in the stack.

    Raises InvalidArgumentError, NotLoopbackError; InvalidFile for a damaged `stack.json`.
    """
    url = whereabouts.settings(name).url
    if url is not None:
        return ServiceTarget(
            service_door(name, url, f"configuration, targets.{name}.url", whereabouts.confirmed)
        )
    processes = whereabouts.stack(name).processes
    process = next((one for one in processes if one.name == name and one.role == "service"), None)
    if process is None or not process.ports:
        known = ", ".join(one.name for one in processes if one.role == "service") or "none"
        raise InvalidArgumentError(
            f"target {name!r} is no service of the stack in {whereabouts.stack_file}, which has: {known}. "
            "Name one of these, or give its URL in the experiment's configuration, as targets: "
            f"{{{name}: {{url: 'http://127.0.0.1:8080/health'}}}}."
        )
    return ServiceTarget(Door(name, Address(HOST, process.ports[0]), Speech("http", READY_PATH)))


def service_door(name: str, url: str, what: str, confirmed: Collection[str] = ()) -> Door:
    """The door that a URL names; `what` names it in errors. Raises InvalidArgumentError, NotLoopbackError."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.netloc or parts.username is not None:
        raise InvalidArgumentError(f"{what}: {url!r}: must be as http://127.0.0.1:8080/health.")
    netloc = parts.netloc if parts.netloc.rpartition(":")[2].isdigit() else f"{parts.netloc}:80"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Door(name, parse_address(netloc, what, confirmed), Speech("http", path))


def _read(parameters: Mapping[str, str], where: str) -> ServiceTarget:
    confirmed = confirmed_in(parameters)
    return ServiceTarget(service_door(parameters["name"], parameters["url"], f"{where}, url", confirmed))


SERVICE = TargetKind("service", "a service by its URL", find_service, _read)
