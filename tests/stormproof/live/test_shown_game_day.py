"""A game day with its page: the button heals, and the verdict and its report are shown."""

import asyncio
import sys
from pathlib import Path

from evidence.run_folder import RunFolder
from evidence.verdict_record import Verdict
from stormproof.live.guard import TOKEN_HEADER
from tests.loadtests.processes import Bench
from tests.stormproof.live.shown_load import address_of, run_dir_of
from tests.stormproof.live.viewer import viewer_of
from tests.system.breakable_shop import breakable_shop

PHASES = """
  - {name: warm-up, duration_s: 1}
  - {name: closed, duration_s: 100, experiment: closed.yaml, hold_s: 90}
"""


async def test_the_button_heals_and_the_report_of_what_was_seen_is_shown(
    bench: Bench, tmp_path: Path
) -> None:
    with breakable_shop() as shop:
        plan = shop.plan(tmp_path, PHASES)
        command = bench.start(
            (sys.executable, "-m", "stormproof", "run", str(plan), "--live"),
            run_dir=tmp_path,
            cwd=tmp_path,
            environment={"STORMPROOF_HOME": str(tmp_path / "home"), "COLUMNS": "400"},
        )
        async with viewer_of(address_of(command)) as viewer, viewer.listening() as events:
            last, is_pressed = None, False
            async for last in events:
                state = last.state
                burns = [one for one in state["budgets"] if one["spent"] > 1]
                if burns and not shop.is_open and not is_pressed:
                    assert [phase["name"] for phase in state["phases"]] == ["warm-up", "closed"]
                    assert await viewer.abort() == 202
                    is_pressed = True
                if state["stage"] == "ended":
                    break
            assert last is not None
            ending = last.state["ending"]
            assert ending["verdict"] == Verdict.INVALID
            assert any("interrupted" in reason for reason in ending["reasons"])
            assert shop.is_open, "its rollback was played"

            async with viewer.session.get(viewer.url + ending["report_url"]) as answer:
                assert answer.status == 200
                written = await asyncio.to_thread(Path(ending["report"]).read_bytes)
                assert await answer.read() == written
                assert answer.headers["Content-Security-Policy"].startswith("sandbox ")
            rebound = {"Host": "rebound.example", TOKEN_HEADER: viewer.token}
            async with viewer.session.get(viewer.url + ending["report_url"], headers=rebound) as answer:
                assert answer.status == 403
        assert await asyncio.to_thread(command.wait) == 130
        assert RunFolder(run_dir_of(tmp_path)).read_run().interrupted
