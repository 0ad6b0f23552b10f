"""Settings that a dependency keeps beyond its end are undone once it is up again, whoever starts it."""

from pathlib import Path

import pytest

from chaos.address import Address
from chaos.admin.elasticsearch_admin import ElasticsearchAdmin
from chaos.admin.postgres_admin import administer
from chaos.faults import make_fault
from chaos.history import History
from chaos.injection import Injection
from chaos.steady_state import answers
from chaos.targets.direct import find_direct
from chaos.targets.whereabouts import Whereabouts
from chaos.timing import Timing
from chaos.toxiproxy import Toxiproxy
from evidence.ports import HOST, StackPorts
from evidence.undo_record import left_broken
from tests.chaos.samples import SAMPLES
from tests.conftest import RealStack
from tests.system.command import stormproof

pytestmark = [pytest.mark.stack, pytest.mark.timeout(280)]

LEFT = {"read-only": "postgres", "breaker-tripped": "elasticsearch"}


def test_the_next_up_undoes_them_though_it_waits_for_what_they_break(
    real_stack: RealStack, tmp_path: Path
) -> None:
    toxiproxy = Toxiproxy(Address(HOST, StackPorts(real_stack.port_base).toxiproxy_admin))
    whereabouts = Whereabouts(toxiproxy, real_stack.home.stack_file)
    timing, undo_file = Timing.real(), real_stack.home.undo_file
    history = History(tmp_path / "timeline.jsonl", "chaos", timing.clock)
    for name, target in LEFT.items():
        injection = Injection("left", whereabouts, undo_file, history, timing)
        injection.break_all(make_fault(name, SAMPLES[name].parameters), [target])
    assert stormproof("down", cwd=tmp_path).returncode == 0
    up = stormproof("up", cwd=tmp_path, timeout_s=200)
    assert up.returncode == 0, up.stdout + up.stderr
    assert left_broken(undo_file) == (), up.stderr
    postgres = find_direct(whereabouts, "postgres").door.address
    administer(postgres, "postgres", "CREATE TABLE after_up ()", "DROP TABLE after_up")
    elasticsearch = ElasticsearchAdmin(find_direct(whereabouts, "elasticsearch").door.address)
    assert elasticsearch.cluster_setting("indices.breaker.total.limit") is None
    assert answers("all", configuration={"port_base": real_stack.port_base})
