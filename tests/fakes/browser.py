"""A real browser, driven through its debugging protocol (Chrome DevTools Protocol)."""

import base64
import contextlib
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp

COMMANDS = ("chromium", "chromium-browser", "google-chrome")
REQUIRED = os.environ.get("HERALD_TEST_BROWSER") == "required"
"""Whether a test without a browser fails instead of being skipped."""
STARTED_WITHIN = 30.0
"""Seconds."""


def path() -> str | None:
    """Where the browser lies; None: there is none."""
    return next(filter(None, map(shutil.which, COMMANDS)), None)


class Tab:
    """A tab of the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._numbers = socket, itertools.count(1)

    async def open(self, url: str) -> None:
        """Load a page to its end."""
        await self.send("Page.enable")
        await self.send("Page.navigate", url=url)
        await self._until_loaded()

    async def click(self, selector: str) -> None:
        """Follow a link, or press a button that loads another page."""
        await self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")
        await self._until_loaded()

    async def press(self, key: str) -> None:
        """Press a key, and let it go."""
        codes = {"Tab": 9, "Enter": 13}
        text = {"Enter": "\r"}.get(key, "")
        for kind in ("keyDown", "keyUp"):
            await self.send(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                windowsVirtualKeyCode=codes[key],
                text=text if kind == "keyDown" else "",
            )

    async def evaluate(self, script: str) -> Any:
        """Run a script in the page, and return what it is."""
        answer = await self.send(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    async def resize(self, width: int, height: int = 900, *, is_dark: bool = False) -> None:
        """Show the page as a window of this size does, light or dark."""
        await self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 500,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        await self.send("Emulation.setEmulatedMedia", features=[scheme])

    async def screenshot(self) -> bytes:
        """Return what the page looks like, as PNG."""
        answer = await self.send("Page.captureScreenshot")
        return base64.b64decode(answer["data"])

    async def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command, and return its result."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            told = await self._socket.receive_json(timeout=STARTED_WITHIN)
            if told.get("id") == number:
                assert "error" not in told, (method, told)
                result: dict[str, Any] = told["result"]
                return result

    async def _until_loaded(self) -> None:
        while True:
            told = await self._socket.receive_json(timeout=STARTED_WITHIN)
            if told.get("method") == "Page.loadEventFired":
                return


@contextlib.contextmanager
def running(folder: Path) -> Iterator[str]:
    """Start the browser with a profile of its own; the address of its protocol."""
    command = path()
    assert command, "no browser: apt-get install chromium"
    process = subprocess.Popen(
        [
            command, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--remote-debugging-port=0",
            f"--user-data-dir={folder}", "about:blank",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        try:
            yield f"http://127.0.0.1:{_port(process)}"
        finally:
            process.kill()


def _port(process: subprocess.Popen[str]) -> int:
    """The port that the browser says it listens at."""
    assert process.stderr
    for line in process.stderr:
        if "DevTools listening on" in line:
            return int(line.split("127.0.0.1:")[1].split("/")[0])
    raise AssertionError("the browser has ended")


@contextlib.asynccontextmanager
async def new_tab(address: str) -> AsyncIterator[Tab]:
    """Open a tab of a browser, by the address of its protocol."""
    async with aiohttp.ClientSession(address) as session:
        async with session.put("/json/new?about:blank") as answer:
            opened = (await answer.json())["webSocketDebuggerUrl"]
        async with session.ws_connect(opened, max_msg_size=0) as socket:
            yield Tab(socket)
