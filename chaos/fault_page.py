"""The faults as a page for people: `python -m chaos.fault_page > docs/faults.md`."""

import sys
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from chaos.faults import FAULTS
from chaos.faults.kind import FaultKind

HEAD = """# Faults

Made from the faults themselves by `python -m chaos.fault_page`. An experiment (a plain Chaos Toolkit file, as
those in `chaos/experiments/`) names a fault, its targets and its parameters:

```yaml
provider:
  type: python
  module: chaos.actions
  func: inject
  arguments:
    fault: latency
    targets: [postgres, redis-cache] # or: all, which is every proxy of the Toxiproxy
    parameters: {latency_ms: 250, jitter_ms: 50, direction: both}
```

Each target is first asked on a connection that is kept. Then it is written down how the fault is undone, the
fault is made, and read back; it is *verified* once the kept connection and a fresh one feel it. Several
targets are verified at once. A fault that is not felt is told as `failed`, and the run is INVALID. After
healing, a fresh connection must be served as before.

## Targets

The local stack's dependencies (elasticsearch, postgres, redis-cache, redis-state) and processes are known by
their names. What else there is on this machine, the configuration of the experiment names:

```yaml
configuration:
  toxiproxy: 127.0.0.1:8474 # the admin address, where it is not the local stack's
  felt_at: http://127.0.0.1:8080/health # services that are asked whether they feel it, between blanks
  confirm_hosts: "" # hosts off this machine that may be broken, between blanks
  targets:
    orders-db: {dialect: postgres, user: orders, database: orders} # a proxy's name, and what is behind it
    sessions: {dialect: redis, address: 127.0.0.1:6379} # reached directly
    shop: {dialect: http, path: /catalogue}
    broker: {dialect: tcp, say: "PING\\n", expect: "PONG\\n"} # any protocol of words and answers
    worker: {pid_file: /run/shop/worker.pid}
    checkout: {url: http://127.0.0.1:8081/health}
```

What the services of `felt_at` say of themselves is noted in the timeline (`felt_by_service`): what changed in
their answers, and when, or that nothing did within 5 s. It decides nothing.

All of these are on this machine, or on hosts that `confirm_hosts` names: yes, I may break things there.
Under supervision `--confirm-host`, or `confirm_hosts` of the plan, says it. A proxy of a Toxiproxy on
another host listens there at all addresses, or at the one that it is called by here. Processes are those of
this machine.

Faults that show only in long transfers ask Redis, PostgreSQL and Elasticsearch for long answers. Of an HTTP
page or a protocol of one's own they need one that is long enough, and say so before anything is broken.

## The faults

Direction is that of the data: *downstream* what a client receives, *upstream* what it sends.
"""


def page() -> str:
    """Markdown."""
    lines = [HEAD, "| fault | what a client sees | breaks | parameters |", "|---|---|---|---|"]
    lines += [_row(kind) for kind in FAULTS]
    return "\n".join(lines) + "\n"


def _row(kind: FaultKind) -> str:
    parameters = "<br>".join(_parameters(kind.schema())) or "none"
    return f"| `{kind.name}` | {kind.effect} | {kind.target_meaning} | {parameters} |"


def _parameters(schema: Mapping[str, JsonValue]) -> Iterator[str]:
    properties, required = schema.get("properties"), schema.get("required")
    for name, told in properties.items() if isinstance(properties, dict) else ():
        if isinstance(told, dict):
            needed = isinstance(required, list) and name in required
            default = "" if needed else f", default {told.get('default')}"
            yield f"`{name}` ({_allowed(told, schema)}{default}): {told.get('description', '')}"


def _allowed(told: Mapping[str, JsonValue], schema: Mapping[str, JsonValue]) -> str:
    named = told.get("$ref")
    definitions = schema.get("$defs")
    if isinstance(named, str) and isinstance(definitions, dict):
        told = {**told, **_mapping(definitions.get(named.rpartition("/")[2]))}
    words = told.get("enum")
    if isinstance(words, list):
        return " or ".join(str(word) for word in words)
    if "minimum" in told and "maximum" in told:
        return f"{told['minimum']} to {told['maximum']}"
    return str(told.get("type", "any"))


def _mapping(content: JsonValue) -> Mapping[str, JsonValue]:
    return content if isinstance(content, dict) else {}


if __name__ == "__main__":
    sys.stdout.write(page())
