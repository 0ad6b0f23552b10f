"""Toxiproxy: between the service and each of its dependencies, so that the way to it can be broken."""

import json
from dataclasses import dataclass
from pathlib import Path

from stack import layout as layouts
from stack.files import write_atomically
from stack.parts.http_request import HttpAnswer, http_request
from stack.parts.part import Command, PartContext, Unanswered
from stack.programs import TOXIPROXY, Program


@dataclass(frozen=True, slots=True)
class Proxy:
    """One proxy, as Toxiproxy's interface writes it."""

    name: str
    listen: str
    upstream: str
    enabled: bool = True

    def as_json(self) -> dict[str, str | bool]:
        """The body that makes it."""
        return {
            "name": self.name,
            "listen": self.listen,
            "upstream": self.upstream,
            "enabled": self.enabled,
        }  # fmt: skip -- one line


def wanted_proxies(port_base: int, profile: layouts.Profile = layouts.Profile.SINGLE) -> tuple[Proxy, ...]:
    """One for each dependency, under its name."""
    return tuple(
        Proxy(
            name=part.name,
            listen=f"{layouts.HOST}:{part.proxy_port(port_base)}",
            upstream=f"{layouts.HOST}:{part.port(port_base)}",
        )
        for part in layouts.dependencies(profile)
        if part.proxy_offset is not None
    )


@dataclass(frozen=True, slots=True)
class ToxiproxyPart:
    """The proxies."""

    profile: layouts.Profile = layouts.Profile.SINGLE
    layout: layouts.PartLayout = layouts.TOXIPROXY
    programs: tuple[Program, ...] = (TOXIPROXY,)
    ready_timeout_s: float = 60.0

    def ports(self, port_base: int) -> tuple[int, ...]:
        """Its interface, and one for each dependency."""
        proxies = (part.proxy_port(port_base) for part in layouts.dependencies(self.profile))
        return (self.layout.port(port_base), *(port for port in proxies if port is not None))

    def prepare(self, context: PartContext) -> None:
        """Write its proxies to a file: it keeps them in memory only, and so has them after any restart."""
        proxies = [proxy.as_json() for proxy in wanted_proxies(context.settings.port_base, self.profile)]
        write_atomically(_proxies_file(context), json.dumps(proxies, indent=1).encode())

    def command(self, context: PartContext) -> Command:
        """The server with that file."""
        return Command(
            argv=(
                str(context.programs[TOXIPROXY.name] / "toxiproxy-server"),
                "-host",
                layouts.HOST,
                "-port",
                str(self.layout.port(context.settings.port_base)),
                "-config",
                str(_proxies_file(context)),
            )
        )

    def ask(self, port: int, timeout_s: float) -> str:
        """Its version and its list of proxies; that each leads where it should, its part shows."""
        _proxies(port, timeout_s)
        return str(http_request(port, "GET", "/version", timeout_s=timeout_s).json_object().get("version"))

    def reset(self, port_base: int, timeout_s: float) -> None:
        """Make every proxy as it is wanted, enabled and without a toxic, and read that back.

        Raises Unanswered.
        """
        port = self.layout.port(port_base)
        known = {proxy.name: proxy for proxy in _proxies(port, timeout_s)}
        for wanted in wanted_proxies(port_base, self.profile):
            found = known.get(wanted.name)
            if found is not None and (found.listen, found.upstream) != (wanted.listen, wanted.upstream):
                _require(http_request(port, "DELETE", f"/proxies/{wanted.name}", timeout_s=timeout_s), 204)
                found = None
            if found is None:
                made = http_request(port, "POST", "/proxies", timeout_s=timeout_s, content=wanted.as_json())
                _require(made, 201)
        # Enables every proxy and removes every toxic.
        _require(http_request(port, "POST", "/reset", timeout_s=timeout_s), 204)
        read_back = _proxies(port, timeout_s)
        for wanted in wanted_proxies(port_base, self.profile):
            if wanted not in read_back:
                raise Unanswered(f"proxy {wanted.name} is not as it was made: {read_back}")


def _proxies_file(context: PartContext) -> Path:
    return context.settings.config_dir(layouts.TOXIPROXY.name) / "proxies.json"


def _proxies(port: int, timeout_s: float) -> tuple[Proxy, ...]:
    answer = http_request(port, "GET", "/proxies", timeout_s=timeout_s).json_object()
    return tuple(
        Proxy(name, str(value.get("listen")), str(value.get("upstream")), bool(value.get("enabled")))
        for name, value in answer.items()
        if isinstance(value, dict)
    )


def _require(answer: HttpAnswer, status: int) -> None:
    if answer.status != status:
        raise Unanswered(f"answers HTTP {answer.status}, expected {status}: {answer.body[:200]!r}")
