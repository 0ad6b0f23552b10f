"""A headless Chromium, driven over Chrome's DevTools protocol (https://chromedevtools.github.io/devtools-protocol)."""

import asyncio
import base64
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import orjson

type Json = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
type Object = dict[str, Json]

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ANNOUNCED = b"DevTools listening on "
_WITHIN_S = 30.0
_OPTIONS = (
    "--headless=new",
    "--remote-debugging-port=0",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-sync",
    "--hide-scrollbars",
    "--mute-audio",
)
_KEYS: Mapping[str, tuple[int, str]] = {
    "Tab": (9, ""),
    "Enter": (13, "\r"),
    "Escape": (27, ""),
    " ": (32, " "),
    "End": (35, ""),
    "Home": (36, ""),
    "ArrowLeft": (37, ""),
    "ArrowUp": (38, ""),
    "ArrowRight": (39, ""),
    "ArrowDown": (40, ""),
}
"""Code of a key, and the text that it types."""
_MIDDLE = """selector => {
  const found = document.querySelector(selector);
  found.scrollIntoView({block: "center", behavior: "instant"});
  const box = found.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""


class BrowserError(RuntimeError):
    """The browser is not there, is gone, or refused what it was asked."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a page asked for."""

    url: str
    method: str


@dataclass(slots=True)
class _Wire:
    """One connection to the browser, for all its pages."""

    socket: aiohttp.ClientWebSocketResponse
    waiting: dict[int, asyncio.Future[Object]] = field(default_factory=dict)
    pages: dict[str, "Page"] = field(default_factory=dict)
    """By session."""
    last: int = 0

    async def ask(self, method: str, session: str | None = None, **parameters: Json) -> Object:
        """Its answer. Raises BrowserError."""
        self.last += 1
        number, message = self.last, {"id": self.last, "method": method, "params": parameters}
        answer: asyncio.Future[Object] = asyncio.get_running_loop().create_future()
        self.waiting[number] = answer
        await self.socket.send_json(message if session is None else message | {"sessionId": session})
        try:
            async with asyncio.timeout(_WITHIN_S):
                return await answer
        except TimeoutError as error:
            raise BrowserError(f"{method}: no answer within {_WITHIN_S:g} s") from error
        finally:
            del self.waiting[number]

    async def listen(self) -> None:
        """Until the browser is gone."""
        async for raw in self.socket:
            self._take(orjson.loads(raw.data))
        for answer in self.waiting.values():
            answer.set_exception(BrowserError("The browser ended."))

    def _take(self, message: Object) -> None:
        number, session = message.get("id"), message.get("sessionId")
        answer = self.waiting.get(number) if isinstance(number, int) else None
        if answer is not None and not answer.done():
            if "error" in message:
                answer.set_exception(BrowserError(str(message["error"])))
            else:
                answer.set_result(_object(message["result"]))
        elif isinstance(session, str) and session in self.pages:
            self.pages[session].take(str(message["method"]), _object(message["params"]))


class Page:
    """One tab. What went wrong in it and what it asked for is kept, from its first address on."""

    def __init__(self, wire: _Wire, session: str) -> None:
        self._wire, self._session = wire, session
        self._loaded = asyncio.Event()
        self.console_errors: list[str] = []
        """Errors and warnings: of scripts, of the security policy, of the network."""
        self.requests: list[Request] = []
        """Those for `data:` too, which reach no network."""

    async def open(self, url: str) -> None:
        """Go there; returns when it has loaded. Raises BrowserError for a page that cannot be had."""
        self._loaded.clear()
        answer = await self.ask("Page.navigate", url=url)
        if "errorText" in answer:
            raise BrowserError(f"{url}: {answer['errorText']}")
        if "loaderId" not in answer:
            return  # another place of the page that is open already
        async with asyncio.timeout(_WITHIN_S):
            await self._loaded.wait()

    async def evaluate(self, expression: str) -> Json:
        """The value of a JavaScript expression; promises are awaited. Raises BrowserError if it throws."""
        answer = await self.ask(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True
        )
        if "exceptionDetails" in answer:
            raise BrowserError(_thrown(_object(answer["exceptionDetails"])))
        return _object(answer["result"]).get("value")

    async def number(self, expression: str) -> float:
        """The number that a JavaScript expression gives; JSON writes whole ones without a point.

        Raises BrowserError if it gives none, or throws.
        """
        told = await self.evaluate(expression)
        if isinstance(told, bool) or not isinstance(told, int | float):
            raise BrowserError(f"No number: {expression} ({told})")
        return float(told)

    async def wait_for(self, condition: str, within_s: float = 10.0) -> Json:
        """The first true value of a JavaScript expression; one that throws is not true yet.

        Raises BrowserError when there is none within the time.
        """
        until = asyncio.get_running_loop().time() + within_s
        while True:
            told: Json | BrowserError
            try:
                told = await self.evaluate(condition)
            except BrowserError as error:
                told = error
            if told and not isinstance(told, BrowserError):
                return told
            if asyncio.get_running_loop().time() > until:
                raise BrowserError(f"Not within {within_s:g} s: {condition} ({told})")
            await asyncio.sleep(0.02)

    async def click(self, selector: str) -> None:
        """With the mouse, on the middle of the first element that matches."""
        x, y = await self._middle(selector)
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            await self.ask(
                "Input.dispatchMouseEvent",
                type=kind,
                x=x,
                y=y,
                button="left",
                clickCount=1,
            )

    async def hover(self, selector: str) -> None:
        """The mouse over the middle of the first element that matches."""
        x, y = await self._middle(selector)
        await self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    async def press(self, key: str, *, shift: bool = False) -> None:
        """A key of the keyboard, by its DOM name: Tab, Enter, Escape, " ", Home, End, ArrowDown…"""
        code, text = _KEYS[key]
        named: Object = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": code}
        named["modifiers"] = 8 if shift else 0
        await self.ask("Input.dispatchKeyEvent", type="keyDown", text=text, **named)
        await self.ask("Input.dispatchKeyEvent", type="keyUp", **named)

    async def size(self, width: int, height: int) -> None:
        """Of the window, in CSS pixels."""
        await self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    async def emulate(
        self, *, dark: bool = False, printed: bool = False, reduced_motion: bool = False, scripts: bool = True
    ) -> None:
        """What the reader prefers; holds until the next call. Without scripts: open the page afterwards."""
        features: list[Json] = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if reduced_motion else "no-preference"},
        ]
        await self.ask("Emulation.setEmulatedMedia", media="print" if printed else "", features=features)
        await self.ask("Emulation.setScriptExecutionDisabled", value=not scripts)

    async def screenshot(self, *, whole: bool = False) -> bytes:
        """A PNG of the window, or of the whole page."""
        answer = await self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(str(answer["data"]))

    async def pdf(self) -> bytes:
        """The page, printed on A4."""
        answer = await self.ask("Page.printToPDF", printBackground=True, paperWidth=8.27, paperHeight=11.69)
        return base64.b64decode(str(answer["data"]))

    async def ask(self, method: str, **parameters: Json) -> Object:
        """Anything else of the protocol. Raises BrowserError."""
        return await self._wire.ask(method, self._session, **parameters)

    def take(self, method: str, event: Object) -> None:
        """What the browser tells of this page."""
        match method:
            case "Page.loadEventFired":
                self._loaded.set()
            case "Network.requestWillBeSent":
                asked = _object(event["request"])
                self.requests.append(Request(str(asked["url"]), str(asked["method"])))
            case "Runtime.exceptionThrown":
                self.console_errors.append(_thrown(_object(event["exceptionDetails"])))
            case "Log.entryAdded":
                entry = _object(event["entry"])
                if entry["level"] in {"error", "warning"}:
                    self.console_errors.append(f"{entry['text']} {entry.get('url', '')}".rstrip())
            case "Runtime.consoleAPICalled" if event["type"] in {"error", "warning", "assert"}:
                told = event["args"] if isinstance(event["args"], list) else []
                texts = (_object(one) for one in told)
                self.console_errors.append(" ".join(str(one.get("value", one)) for one in texts))
            case _:
                pass

    async def _middle(self, selector: str) -> tuple[float, float]:
        found = await self.evaluate(f"({_MIDDLE})({orjson.dumps(selector).decode()})")
        assert isinstance(found, list)
        x, y = found
        assert isinstance(x, int | float)
        assert isinstance(y, int | float)
        return x, y


class Browser:
    """One that runs."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    @asynccontextmanager
    async def page(self, width: int = 1280, height: int = 900) -> AsyncIterator[Page]:
        """A tab for as long as the block lasts, with cookies and storage of its own."""
        context = (await self._wire.ask("Target.createBrowserContext"))["browserContextId"]
        target = (await self._wire.ask("Target.createTarget", url="about:blank", browserContextId=context))[
            "targetId"
        ]
        attached = await self._wire.ask("Target.attachToTarget", targetId=target, flatten=True)
        session = str(attached["sessionId"])
        page = self._wire.pages[session] = Page(self._wire, session)
        try:
            for domain in ("Page", "Runtime", "Network", "Log"):
                await page.ask(f"{domain}.enable")
            await page.size(width, height)
            yield page
        finally:
            del self._wire.pages[session]
            with suppress(BrowserError):
                await self._wire.ask("Target.disposeBrowserContext", browserContextId=context)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser for as long as the block lasts. Raises BrowserError where there is none."""
    with TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            *_command(Path(profile)), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.ws_connect(await _address(process), max_msg_size=0) as socket,
            ):
                wire = _Wire(socket)
                listening = asyncio.create_task(wire.listen())
                noise = asyncio.create_task(_swallow(process))
                try:
                    yield Browser(wire)
                finally:
                    with suppress(BrowserError):
                        await wire.ask("Browser.close")
                    await asyncio.gather(listening, noise)
        finally:
            if process.returncode is None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(5):
                        await process.wait()
            if process.returncode is None:
                process.kill()
                await process.wait()


def _command(profile: Path) -> tuple[str, ...]:
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise BrowserError(f"None of {', '.join(_PROGRAMS)} is here. Debian: apt-get install chromium")
    # Its sandbox refuses root.
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return (program, *_OPTIONS, *as_root, f"--user-data-dir={profile}", "about:blank")


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    said = []
    async with asyncio.timeout(_WITHIN_S):
        while line := await process.stderr.readline():
            if line.startswith(_ANNOUNCED):
                return line.removeprefix(_ANNOUNCED).decode().strip()
            said.append(line.decode(errors="replace"))
    raise BrowserError(f"The browser did not start: {''.join(said)[-2000:]}")


async def _swallow(process: asyncio.subprocess.Process) -> None:
    """A full pipe would stop it."""
    assert process.stderr is not None
    while await process.stderr.read(65536):
        pass


def _thrown(details: Object) -> str:
    thrown = details.get("exception")
    told = _object(thrown).get("description") if isinstance(thrown, dict) else None
    return str(told or details["text"])


def _object(value: Json) -> Object:
    assert isinstance(value, dict)
    return value
