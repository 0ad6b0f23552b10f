"""A real small load with its page: who comes late, who comes back, who aborts, and who only disturbs."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil

from evidence.run_folder import RunFolder
from stormproof.live.guard import TOKEN_HEADER
from stormproof.live.server import MOST_VIEWERS
from tests.loadtests.processes import Generator
from tests.loadtests.waiting import wait_until
from tests.stormproof.live.shown_load import address_of, run_dir_of
from tests.stormproof.live.viewer import heard_until, viewer_of


async def test_a_viewer_sees_the_load_comes_back_and_aborts_it(
    shown_load: Callable[..., Generator], tmp_path: Path
) -> None:
    command = shown_load()
    async with viewer_of(address_of(command)) as viewer:
        async with viewer.listening() as events:
            first = await anext(events)
            assert first.name == "snapshot"
            async for one in events:
                if one.state["point"] is not None:
                    break
        assert one.state["point"]["achieved_per_s"] > 0
        assert {row["name"] for row in one.state["operations"]} == {"ping", "whole run"}

        async with viewer.listening(seen=one.number - 1) as events:
            again = await anext(events)
            assert (again.name, again.number) == ("state", one.number), "what was missed is sent again"
        async with viewer.listening() as late:
            snapshot = await anext(late)
            assert len(snapshot.data["points"]) >= 1, "who comes late sees what went before"
            assert await viewer.abort() == 202
            ended = await heard_until(late, "ended")
        assert ended.state["ending"]["verdict"] == "interrupted"
        assert await viewer.abort() == 409, "there is nothing left to be ended"
    assert await asyncio.to_thread(command.wait) == 130
    assert RunFolder(run_dir_of(tmp_path)).read_run().interrupted


async def test_only_the_page_itself_is_answered(shown_load: Callable[..., Generator]) -> None:
    command = shown_load()
    async with viewer_of(address_of(command)) as viewer:
        host = viewer.url.removeprefix("http://")
        for headers in (
            {"Host": f"evil.example:{host.rpartition(':')[2]}"},
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {TOKEN_HEADER: "guessed"},
        ):
            assert await viewer.abort(**headers) == 403, headers
        async with viewer.session.get(f"{viewer.url}/events") as answer:
            assert answer.status == 403, "nothing is told without the token"
        async with viewer.session.get(f"{viewer.url}/abort", headers={TOKEN_HEADER: viewer.token}) as answer:
            assert answer.status == 405
        async with viewer.session.get(f"{viewer.url}/") as answer:
            assert viewer.token not in await answer.text()
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert await viewer.abort(Origin=viewer.url, **{"Sec-Fetch-Site": "same-origin"}) == 202
    assert await asyncio.to_thread(command.wait) == 130


async def test_viewers_beyond_the_sixteenth_wait_until_others_leave(
    shown_load: Callable[..., Generator],
) -> None:
    command = shown_load()
    async with viewer_of(address_of(command)) as viewer:
        ask = partial(viewer.session.get, f"{viewer.url}/events", headers={TOKEN_HEADER: viewer.token})
        streams = [await ask() for _ in range(MOST_VIEWERS)]
        assert {one.status for one in streams} == {200}
        async with ask() as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        for one in streams:
            one.close()
        async with asyncio.timeout(20):
            while (again := await ask()).status == 503:  # until the server has seen that they left
                again.release()
        assert again.status == 200
        again.close()
        assert await viewer.abort() == 202
    assert await asyncio.to_thread(command.wait) == 130


async def test_a_page_that_crashes_does_not_disturb_the_run(
    shown_load: Callable[..., Generator], tmp_path: Path
) -> None:
    command = shown_load(duration_s=3)
    address_of(command)
    page_process(command).kill()
    assert await asyncio.to_thread(command.wait) in {0, 4}  # 4: the machine was too busy to send in time
    assert "Outcomes  ok 150" in command.log
    assert not RunFolder(run_dir_of(tmp_path)).read_run().interrupted


async def test_a_command_that_is_killed_is_told_and_leaves_no_page_behind(
    shown_load: Callable[..., Generator], tmp_path: Path
) -> None:
    command = shown_load()
    async with viewer_of(address_of(command)) as viewer:
        page = page_process(command)
        async with viewer.listening() as events:
            await heard_until(events, "under load")
            (generator,) = [one for one in psutil.Process(command.process.pid).children() if one != page]
            command.process.kill()
            lost = await heard_until(events, "lost")
            assert lost.state["ending"] is None
            assert page.is_running(), "it stays as long as somebody looks"
    await asyncio.to_thread(page.wait, 10)
    generator.kill()


def test_a_port_that_is_taken_is_told_before_anything_is_sent(
    shown_load: Callable[..., Generator], tmp_path: Path
) -> None:
    first = shown_load()
    port = address_of(first).partition("/#")[0].rpartition(":")[2]
    second = shown_load("--live-port", port)
    assert second.wait() == 2
    assert f"--live-port {port}: the page cannot be served" in second.log
    first.process.terminate()
    assert first.wait() == 130


def page_process(command: Generator) -> psutil.Process:
    """That of the command's page."""

    def find() -> psutil.Process | None:
        children = psutil.Process(command.process.pid).children()
        return next((one for one in children if "stormproof.live" in one.cmdline()), None)

    return wait_until(find, "the page's process")
